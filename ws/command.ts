import type * as z from "zod";
import type { Metrics } from "../db/metrics.ts";
import type { MessageId, Room, User } from "../db/model.ts";
import type { Store } from "../db/store.ts";
import type { Bus } from "./bus/bus.ts";
import type { Moderator } from "./words/moderator.ts";
import type { SeenMarks } from "./rooms/seen_marks.ts";

/** What a command may use: who asks, where, and the app around it. */
export interface CommandContext {
  readonly actor: User;
  readonly room: Room;
  readonly store: Store;
  readonly bus: Bus;
  readonly seen: SeenMarks;
  readonly moderator: Moderator;
  readonly metrics: Metrics;
  /** Whether one person's acts are limited. */
  readonly limits: boolean;
  now(): number;
}

/** The message a command was about, for its `ack`; or what only the asker is told. */
export type Outcome = { id?: MessageId; secret?: string } | undefined;

/**
 * The whole write side of one feature. `input` is parsed at the door; `load` reaches the object through what the actor
 * can see, so that what is forbidden to see and what is missing look alike; `permit` says who may (`true`, or the
 * sentence that says why not); `run` acts, publishes after the commit, and may throw a `ChatError`.
 */
export interface Command<Input, Subject> {
  readonly type: string;
  readonly input: z.ZodType<Input>;
  load(context: CommandContext, input: NoInfer<Input>): Promise<Subject> | Subject;
  permit(actor: User, subject: NoInfer<Subject>): true | string;
  run(context: CommandContext, subject: NoInfer<Subject>, input: NoInfer<Input>): Promise<Outcome> | Outcome;
}

/** A command whose types are settled inside, so that a list can hold all of them. */
export interface AnyCommand {
  readonly type: string;
  readonly input: z.ZodType<unknown>;
  load(context: CommandContext, input: unknown): unknown;
  permit(actor: User, subject: unknown): true | string;
  run(context: CommandContext, subject: unknown, input: unknown): Promise<Outcome> | Outcome;
}

export function command<Input, Subject>(definition: Command<Input, Subject>): AnyCommand {
  return definition as unknown as AnyCommand;
}
