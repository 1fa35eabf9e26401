import { setImmediate } from "node:timers";
import type { Log } from "../../db/log.ts";
import type { Person, RoomId, UserId } from "../../db/model.ts";
import { type RoomSummary, roomSummary } from "../../db/room_summary.ts";
import { type Store, UNREAD_MAX } from "../../db/store.ts";
import type { Bus } from "../bus/bus.ts";
import type { ReadEvent } from "../bus/topics.ts";
import type { Clock } from "../clock.ts";
import type { InboxEvent } from "../event.ts";
import { turns } from "../rooms/turns.ts";
import type { Connection } from "../transport/connection.ts";
import { type Count, Inbox } from "./inbox.ts";
import { TalliedRoom } from "./tallied_room.ts";

/** Minimum interval between two unread events of one user, in ms. Each carries the newest state. */
const FLUSH_INTERVAL = 1000;

/** How long a user may be gone before others are told, in ms: as long as a page takes to reload. */
const GRACE = 5000;

/** Inboxes served before yielding to the event loop. */
const SLICE = 200;

interface Options {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The inboxes of all connected users, one per user. A message costs one count in memory for its room, and at most one
 * small event per second and connected member: no query and no write.
 */
export class Inboxes {
  readonly #options: Options;
  readonly #users = new Map<UserId, Inbox>();
  readonly #rooms = new Map<RoomId, TalliedRoom>();
  readonly #dirty = new Set<RoomId>();
  #isWaiting = false;
  readonly #stop: () => void;

  constructor(options: Options) {
    this.#options = options;
    this.#stop = options.bus.subscribe("reads", (event) => this.#read(event));
  }

  get size(): number {
    return this.#users.size;
  }

  has(user: UserId): boolean {
    return this.#users.has(user);
  }

  users(): UserId[] {
    return [...this.#users.keys()];
  }

  connectionsOf(user: UserId): Connection[] {
    return [...this.#users.get(user)?.connections ?? []];
  }

  *connections(): Iterable<Connection> {
    for (const { connections } of this.#users.values()) yield* connections;
  }

  add(connection: Connection): void {
    const { id } = connection.actor;
    let inbox = this.#users.get(id);
    if (!inbox) this.#users.set(id, inbox = new Inbox(id));
    inbox.connections.add(connection);
  }

  delete(connection: Connection): void {
    const inbox = this.#users.get(connection.actor.id);
    if (!inbox?.connections.delete(connection) || inbox.connections.size > 0) return;
    this.#users.delete(inbox.user);
    for (const room of inbox.places?.keys() ?? []) this.#leave(inbox, room);
    const others = correspondents(inbox);
    inbox.places = undefined;
    if (others.size === 0) return;
    const { actor } = connection;
    this.#options.clock.after(GRACE, () => {
      if (!this.#users.has(actor.id)) this.#tellOnline(actor, others, false);
    });
  }

  /** Sends a new connection the list of its user's rooms. */
  async welcome(connection: Connection): Promise<void> {
    const inbox = this.#users.get(connection.actor.id);
    if (!connection.encoding.sendsInbox || !inbox?.connections.has(connection)) return;
    const isFirst = inbox.places === undefined;
    await this.#load(inbox);
    const rooms: RoomSummary[] = [];
    for (const { membership } of inbox.places?.values() ?? []) {
      inbox.summarize(membership.room.id, membership);
      rooms.push(roomSummary(membership, this.#isOnline));
    }
    connection.reply({ type: "rooms", rooms });
    if (isFirst) this.#tellOnline(connection.actor, correspondents(inbox), true);
  }

  /** Called when the user has become a member of a room, or sees it differently. */
  async changed(user: UserId, room: RoomId): Promise<void> {
    const inbox = this.#users.get(user);
    if (!inbox?.places && !inbox?.loading) return;
    await this.#load(inbox);
    const membership = inbox.places?.get(room)?.membership;
    if (!membership) return;
    inbox.summarizeToAll(room, membership);
    inbox.tell([{ type: "room", ...roomSummary(membership, this.#isOnline) }]);
  }

  /** Tells the connected members of a room that it has changed. */
  async roomChanged(room: RoomId): Promise<void> {
    let told = 0;
    for (const inbox of [...this.#rooms.get(room)?.inboxes ?? []]) {
      if (++told % SLICE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      await this.changed(inbox.user, room);
    }
  }

  /** Called when the user is no longer a member of a room. */
  left(user: UserId, room: RoomId): void {
    const inbox = this.#users.get(user);
    if (!inbox) return;
    inbox.isStale = true;
    const place = inbox.places?.get(room);
    if (!place) return;
    inbox.places = new Map([...inbox.places!].filter(([id]) => id !== room));
    this.#leave(inbox, room);
    inbox.tell([{ type: "room_gone", room: place.membership.room.slug }]);
  }

  /** Recounts, after messages have been purged from the store. */
  forget(): void {
    for (const [id, room] of this.#rooms) {
      room.forget();
      this.#mark(id);
    }
  }

  close(): void {
    this.#stop();
    for (const room of this.#rooms.values()) room.close();
  }

  /** Loads the user's memberships, again if they change during the load. */
  #load(inbox: Inbox): Promise<void> {
    inbox.isStale = true;
    return inbox.loading ??= this.#loadUntilFresh(inbox).finally(() => inbox.loading = undefined);
  }

  async #loadUntilFresh(inbox: Inbox): Promise<void> {
    while (inbox.isStale) {
      inbox.isStale = false;
      await turns.run(inbox.user, () => {});
      const memberships = await this.#options.store.rooms.memberships(inbox.user);
      if (inbox.isStale) continue;
      if (this.#users.get(inbox.user) !== inbox) return;
      inbox.load(memberships);
      for (const { room } of memberships) this.#tallied(room.id).inboxes.add(inbox);
    }
  }

  #tallied(id: RoomId): TalliedRoom {
    let room = this.#rooms.get(id);
    if (!room) this.#rooms.set(id, room = new TalliedRoom(id, { ...this.#options, changed: () => this.#mark(id) }));
    return room;
  }

  #leave(inbox: Inbox, id: RoomId): void {
    const room = this.#rooms.get(id);
    room?.inboxes.delete(inbox);
    if (room?.inboxes.size !== 0) return;
    room.close();
    this.#rooms.delete(id);
    this.#dirty.delete(id);
  }

  async #count(inbox: Inbox, id: RoomId): Promise<Count | undefined> {
    const room = this.#rooms.get(id);
    const tally = await room?.tally();
    const place = inbox.places?.get(id);
    if (!room || !tally || !place) return undefined;
    const { read } = place;
    const { last, from } = tally;
    const counted = tally.count(inbox.user, read);
    if (read >= from) return { ...counted, last };
    if (counted.unread < UNREAD_MAX) return { ...await room.countUnread(inbox.user, read), last };
    // Older mentions are counted in the store once, and again only when the tally drops messages.
    if (place.older?.read !== read || place.older.upTo !== from) {
      const { mentions } = await room.countUnread(inbox.user, read, from);
      place.older = { read, upTo: from, mentions };
    }
    return { unread: UNREAD_MAX, mentions: Math.min(UNREAD_MAX, place.older.mentions + counted.mentions), last };
  }

  readonly #isOnline = (user: UserId) => this.#users.has(user);

  #tellOnline({ id, username }: Person, others: ReadonlySet<UserId>, online: boolean): void {
    for (const other of others) this.#users.get(other)?.tell([{ type: "online", user: { id, username }, online }]);
  }

  #read({ room, marks, isExact }: ReadEvent): void {
    for (const { user, seq } of marks) {
      const inbox = this.#users.get(user);
      if (inbox?.loading) inbox.isStale = true;
      const place = inbox?.places?.get(room);
      if (!place || !isExact && place.read >= seq) continue;
      place.read = seq;
      this.#mark(room);
    }
  }

  #mark(room: RoomId): void {
    this.#dirty.add(room);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#options.clock.after(FLUSH_INTERVAL, () => void this.#flush());
  }

  /** Sends the counts that have changed since the last flush. */
  async #flush(): Promise<void> {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    try {
      const changed = new Map<Inbox, RoomId[]>();
      for (const id of dirty) {
        for (const inbox of this.#rooms.get(id)?.inboxes ?? []) {
          const rooms = changed.get(inbox);
          if (rooms) rooms.push(id);
          else changed.set(inbox, [id]);
        }
      }
      let served = 0;
      for (const [inbox, rooms] of changed) {
        if (++served % SLICE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
        const events: InboxEvent[] = [];
        for (const id of rooms) {
          const count = await this.#count(inbox, id);
          const event = count && inbox.change(id, count);
          if (event) events.push(event);
        }
        inbox.tell(events);
      }
    } catch (error) {
      this.#options.log("error", "Cannot count unread messages", { error });
      for (const id of dirty) this.#dirty.add(id);
    }
    this.#isWaiting = false;
    const [next] = this.#dirty;
    if (next !== undefined) this.#mark(next);
  }
}

/** The other users of a user's direct messages. */
function correspondents({ places }: Inbox): Set<UserId> {
  const users = new Set<UserId>();
  for (const { membership } of places?.values() ?? []) for (const { id } of membership.others) users.add(id);
  return users;
}
