import type { Message, Room, Session, User } from "../../db/model.ts";
import type { Messages, Rooms, Store } from "../../db/store.ts";
import { memoryBus } from "../../ws/bus/memory.ts";
import { roomTopic } from "../../ws/bus/topics.ts";
import type { Encoding } from "../../ws/encoding/encoding.ts";
import { jsonEncoding } from "../../ws/encoding/json.ts";
import type { Hub } from "../../ws/hub.ts";
import type { TransportEvents } from "../../ws/transport/transport.ts";
import { castOf, T0 } from "./cast.ts";
import { eventually } from "./eventually.ts";
import { FakeTransport } from "./fake_transport.ts";
import { ManualClock } from "./manual_clock.ts";
import { sessionOf } from "./models.ts";
import { addRoom } from "./rooms.ts";
import { testServices } from "./services.ts";
import { tempStore } from "./temp_store.ts";

const HOUR = 3_600_000;

interface EnterOptions {
  session?: Session;
  hub?: Hub;
  encoding?: Encoding;
  /** Empty for none. */
  room?: string;
  after?: number;
  transport?: FakeTransport;
}

/** A hub over a real store and a manual clock. */
export async function openHub({ limits = false } = {}) {
  const temp = await tempStore();
  const cast = await castOf(temp.store);
  const clock = new ManualClock(T0);
  const logged: string[] = [];
  const log = (level: string, event: string) => void logged.push(`${level} ${event}`);
  const bus = memoryBus(log);
  /** The hub's own view of the store: a test may wrap its methods. */
  const messages: Messages = { ...temp.store.messages };
  const rooms: Rooms = { ...temp.store.rooms };
  const store: Store = { ...temp.store, messages, rooms };
  const newServices = async () => {
    const services = await testServices(store, { bus, clock, log, limits, fixed: { sessionDays: 1 / 24 } });
    await services.hub.start();
    return services;
  };
  const { hub, dispatch } = await newServices();

  /** A stored session, as a login creates it. */
  async function login(user: User): Promise<Session> {
    const session = sessionOf(user, { lastSeenAt: clock.now(), expiresAt: clock.now() + HOUR });
    await store.sessions.create(session);
    return session;
  }

  /** A socket; `say` sends from its far end. */
  async function connect(user: User, options: EnterOptions = {}) {
    const { room = "general", after, encoding = jsonEncoding, transport = new FakeTransport() } = options;
    const session = options.session ?? await login(user);
    let events!: TransportEvents;
    const row = room === "" ? undefined : (await store.rooms.findFor(user.id, room))!;
    const connection = (options.hub ?? hub).open((given) => {
      events = given;
      return transport;
    }, { actor: user, session, row, after, encoding });
    const say = (command: unknown) => events.onText(JSON.stringify(command), 100);
    return { transport, session, connection, events, say };
  }

  return {
    ...temp,
    ...cast,
    clock,
    bus,
    hub,
    dispatch,
    newHub: async () => (await newServices()).hub,
    logged,
    messages,
    rooms,
    login,
    connect,
    /** A socket that has joined its room, or without one has received its user's rooms. */
    async enter(user: User, options: EnterOptions = {}) {
      const entered = await connect(user, options);
      const { connection, transport } = entered;
      // The last frame a new client of a room receives.
      const last = options.room === "" ? /"type":"rooms"/ : /"type":"users"|id="people"/;
      await eventually(() => connection.isClosed || transport.frames.some((frame) => last.test(frame)));
      return entered;
    },
    /** Another room with these members. */
    newRoom: (slug: string, ...members: User[]) => addRoom(temp, slug, members),
    /** Stores a message and publishes it. */
    async post(room: Room, author: User, content: string): Promise<Message> {
      const { message } = await store.messages.post({ room: room.id, author: author.id, content, nonce: null }, T0);
      bus.publish(roomTopic(room.id), { type: "message", message });
      return message;
    },
    /** Flushes frames that wait for the end of a window. */
    flush: () => clock.advance(20),
  };
}
