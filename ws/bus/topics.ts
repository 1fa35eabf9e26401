import type { RoomId, SessionId, User, UserId } from "../../db/model.ts";
import type { RoomEvent } from "../event.ts";

/** The events of each topic. */
export interface Topics {
  [room: `room/${number}`]: RoomEvent;
  people: PeopleEvent;
  reads: ReadEvent;
  instance: InstanceEvent;
  jobs: JobsEvent;
}

export function roomTopic(room: RoomId): `room/${number}` {
  return `room/${room}`;
}

/** Read marks that have been stored. */
export interface ReadEvent {
  readonly room: RoomId;
  readonly marks: readonly { readonly user: UserId; readonly seq: number }[];
  /** The user has said so: it may be less than before. */
  readonly isExact?: true;
}

/** A change to a user's sessions, rights or memberships. */
export type PeopleEvent =
  | { type: "session_ended"; session: SessionId }
  | { type: "sessions_ended"; user: UserId }
  | { type: "user_blocked"; user: UserId }
  | { type: "user_changed"; user: User }
  /** Another process has changed the user: the database is the source of truth. */
  | { type: "user_changed_externally"; user: UserId }
  | { type: "user_warned"; user: UserId; warnings: number; reason: string }
  | { type: "room_joined"; user: UserId; room: RoomId }
  | { type: "room_left"; user: UserId; room: RoomId }
  /** The name, the settings or the members' rights. */
  | { type: "room_changed"; room: RoomId }
  /** How this user sees the room, or what they may do in it. */
  | { type: "membership_changed"; user: UserId; room: RoomId };

/** A change to the whole instance. */
export type InstanceEvent = { type: "words_changed" };

/** Wakes the job runner. */
export type JobsEvent = { type: "job_added" };
