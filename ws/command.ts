import type * as z from "zod";
import type { Instance } from "../db/instance.ts";
import type { Metrics } from "../db/metrics.ts";
import type { MessageId, Operator, Room, User } from "../db/model.ts";
import type { Store } from "../db/store.ts";
import type { Bus } from "./bus/bus.ts";
import type { Moderator } from "./words/moderator.ts";
import type { SeenMarks } from "./rooms/seen_marks.ts";

/** The services that commands use. */
export interface CommandServices {
  readonly store: Store;
  readonly bus: Bus;
  readonly seen: SeenMarks;
  readonly moderator: Moderator;
  readonly instance: Instance;
  readonly metrics: Metrics;
  /** Whether limits on users apply. */
  readonly limits: boolean;
}

/** The actor, and the services that commands use. Acts of administration are open to the operator too. */
export interface CommandContext<By extends User | Operator = User> extends CommandServices {
  readonly actor: By;
  /** Loads the room with this slug; without one, the room that the command came from. Throws `not_found`. */
  room(slug: string | undefined): Promise<Room>;
  now(): number;
}

/** The id of the message concerned, the slug of the room created, or a secret for the actor alone. */
export type Outcome = { id?: MessageId; room?: string; secret?: string } | undefined;

/**
 * The write side of one feature. `input` is parsed first. `load` finds the subject through what the actor may see, so
 * that a hidden one and a missing one look alike. `permit` returns `true`, or the reason for refusing. `run` acts,
 * publishes after the commit, and may throw a `ChatError`.
 */
export interface Command<Input, Subject, By extends User | Operator = User> {
  readonly type: string;
  readonly input: z.ZodType<Input>;
  load(context: CommandContext<By>, input: NoInfer<Input>): Promise<Subject> | Subject;
  permit(actor: By, subject: NoInfer<Subject>): true | string;
  run(context: CommandContext<By>, subject: NoInfer<Subject>, input: NoInfer<Input>): Promise<Outcome> | Outcome;
}

/** A command with its types erased, so that commands fit into one list. */
export interface AnyCommand<By extends User | Operator = User> {
  readonly type: string;
  readonly input: z.ZodType<unknown>;
  // Properties, not methods, are checked contravariantly: a command for users alone cannot be listed for the operator.
  readonly load: (context: CommandContext<By>, input: unknown) => unknown;
  readonly permit: (actor: By, subject: unknown) => true | string;
  readonly run: (context: CommandContext<By>, subject: unknown, input: unknown) => Promise<Outcome> | Outcome;
}

/** Defines a command for users. */
export function command<Input, Subject>(definition: Command<Input, Subject>): AnyCommand {
  return definition as unknown as AnyCommand;
}

/** Defines a command for administrators and, at the command line, the operator. */
export function act<Input, Subject>(
  definition: Command<Input, Subject, User | Operator>,
): AnyCommand<User | Operator> {
  return definition as unknown as AnyCommand<User | Operator>;
}

/** Defines a command for the operator alone. */
export function operatorCommand<Input, Subject>(definition: Command<Input, Subject, Operator>): AnyCommand<Operator> {
  return definition as unknown as AnyCommand<Operator>;
}
