import type * as z from "zod";
import type { Instance } from "../db/instance.ts";
import type { Metrics } from "../db/metrics.ts";
import type { MessageId, Operator, Room, User } from "../db/model.ts";
import type { Store } from "../db/store.ts";
import type { Bus } from "./bus/bus.ts";
import type { Moderator } from "./words/moderator.ts";
import type { SeenMarks } from "./rooms/seen_marks.ts";

/** The application as commands use it. */
export interface CommandServices {
  readonly store: Store;
  readonly bus: Bus;
  readonly seen: SeenMarks;
  readonly moderator: Moderator;
  readonly instance: Instance;
  readonly metrics: Metrics;
  /** Whether users are limited. */
  readonly limits: boolean;
}

/** Who asks, and the application around it. Acts of administration are open to the operator too. */
export interface CommandContext<By extends User | Operator = User> extends CommandServices {
  readonly actor: By;
  /** The room of this slug; without one, the room that the command came from. Throws `not_found`. */
  room(slug: string | undefined): Promise<Room>;
  now(): number;
}

/** The message a command was about, the slug of a room that it made, or a secret for the asker alone. */
export type Outcome = { id?: MessageId; room?: string; secret?: string } | undefined;

/**
 * The whole write side of one feature. `input` is parsed at the door; `load` reaches the object through what the actor
 * can see, so that what is forbidden to see and what is missing look alike; `permit` says who may (`true`, or the
 * sentence that says why not); `run` acts, publishes after the commit, and may throw a `ChatError`.
 */
export interface Command<Input, Subject, By extends User | Operator = User> {
  readonly type: string;
  readonly input: z.ZodType<Input>;
  load(context: CommandContext<By>, input: NoInfer<Input>): Promise<Subject> | Subject;
  permit(actor: By, subject: NoInfer<Subject>): true | string;
  run(context: CommandContext<By>, subject: NoInfer<Subject>, input: NoInfer<Input>): Promise<Outcome> | Outcome;
}

/** A command whose types are settled inside, so that a list can hold all of them. */
export interface AnyCommand<By extends User | Operator = User> {
  readonly type: string;
  readonly input: z.ZodType<unknown>;
  // Properties, not methods: a command for users alone is none for the operator.
  readonly load: (context: CommandContext<By>, input: unknown) => unknown;
  readonly permit: (actor: By, subject: unknown) => true | string;
  readonly run: (context: CommandContext<By>, subject: unknown, input: unknown) => Promise<Outcome> | Outcome;
}

/** A command of users. */
export function command<Input, Subject>(definition: Command<Input, Subject>): AnyCommand {
  return definition as unknown as AnyCommand;
}

/** A command of administrators, which the operator may give at the command line. */
export function act<Input, Subject>(
  definition: Command<Input, Subject, User | Operator>,
): AnyCommand<User | Operator> {
  return definition as unknown as AnyCommand<User | Operator>;
}

/** A command of the operator alone. */
export function operatorCommand<Input, Subject>(definition: Command<Input, Subject, Operator>): AnyCommand<Operator> {
  return definition as unknown as AnyCommand<Operator>;
}
