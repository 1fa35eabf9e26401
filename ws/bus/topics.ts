import type { RoomId, SessionId, User, UserId } from "../../db/model.ts";
import type { RoomEvent } from "../event.ts";

/** What travels on the bus, by topic. */
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

/** How far members of a room have read, once that is stored. */
export interface ReadEvent {
  readonly room: RoomId;
  readonly marks: readonly { readonly user: UserId; readonly seq: number }[];
  /** The user has said so: it may be less than before. */
  readonly isExact?: true;
}

/** A change to a user's right to be connected, or to be in a room. */
export type PeopleEvent =
  | { type: "session_ended"; session: SessionId }
  | { type: "sessions_ended"; user: UserId }
  | { type: "user_blocked"; user: UserId }
  | { type: "user_changed"; user: User }
  /** Another process has acted: the database is the source of truth. */
  | { type: "user_changed_externally"; user: UserId }
  | { type: "user_warned"; user: UserId; warnings: number; reason: string }
  | { type: "room_joined"; user: UserId; room: RoomId }
  | { type: "room_left"; user: UserId; room: RoomId }
  /** The name, the settings or the members' rights. */
  | { type: "room_changed"; room: RoomId }
  /** How this user sees the room, or what they may do in it. */
  | { type: "membership_changed"; user: UserId; room: RoomId };

/** What an administrator has changed for everybody. */
export type InstanceEvent = { type: "words_changed" };

/** There is something to do for whoever runs jobs. */
export type JobsEvent = { type: "job_added" };
