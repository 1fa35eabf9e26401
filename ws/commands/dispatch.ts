import { ChatError } from "../../db/errors.ts";
import type { Operator, Room, User } from "../../db/model.ts";
import { complaint, complaints } from "../../db/rules.ts";
import type { Clock } from "../clock.ts";
import type { AnyCommand, CommandContext, CommandServices, Outcome } from "../command.ts";
import type { RateLimit } from "../people/rate_limit.ts";
import { loadRoom } from "../rooms/load_room.ts";
import { everyCommand, operatorCommands } from "./all.ts";
import type { Request } from "./request.ts";

const forUsers = byType(everyCommand);
const forOperator = byType(operatorCommands);

/** Where a command came from. */
export interface Origin {
  /** The default room of the command. The actor is known to have access to it. */
  readonly room?: Room | undefined;
  /** Whether the rate limit has already counted the command, on arrival in a queue. */
  readonly isCounted?: boolean;
}

/**
 * Runs a command from the socket, HTTP, a form or the command line: applies the rate limit, parses the input, loads the
 * subject, checks the permission and acts. Throws a `ChatError` for failures to report to the actor.
 */
export type Dispatch = (
  actor: User | Operator,
  request: Pick<Request, "type" | "fields">,
  origin?: Origin,
) => Promise<Outcome>;

export function createDispatch(
  services: CommandServices & { clock: Clock; rateLimit: RateLimit },
): Dispatch {
  const { store, bus, seen, moderator, instance, metrics, limits, clock, rateLimit } = services;

  async function run<By extends User | Operator>(
    command: AnyCommand<By> | undefined,
    actor: By,
    fields: unknown,
    room: CommandContext["room"],
  ): Promise<Outcome> {
    if (!command) throw new ChatError("invalid", "Invalid message format");
    const parsed = command.input.safeParse(fields);
    if (!parsed.success) {
      throw new ChatError("invalid", complaint(parsed.error).message, {
        field: complaint(parsed.error).field,
        fields: complaints(parsed.error),
      });
    }
    const now = () => clock.now();
    const context = { actor, store, bus, seen, moderator, instance, metrics, limits, room, now };
    const subject = await command.load(context, parsed.data);
    const permitted = command.permit(actor, subject);
    if (permitted !== true) throw new ChatError("forbidden", permitted);
    return await command.run(context, subject, parsed.data);
  }

  return async (actor, { type, fields }, { room, isCounted = false } = {}) => {
    if (actor === "command line") return await run(forOperator.get(type), actor, fields, noRoom);
    if (!isCounted) rateLimit.take(actor);
    return await run(forUsers.get(type), actor, fields, async (slug = room?.slug) => {
      if (slug === undefined) throw new ChatError("invalid", "Room is missing", { field: "room" });
      return room?.slug === slug ? room : await loadRoom(store, actor, slug);
    });
  };
}

function byType<Of extends { readonly type: string }>(commands: readonly Of[]): ReadonlyMap<string, Of> {
  return new Map(commands.map((each) => [each.type, each]));
}

function noRoom(): Promise<Room> {
  throw new ChatError("not_found", "Room not found");
}
