import { Metrics } from "../../db/metrics.ts";
import type { Message, User } from "../../db/model.ts";
import type { Messages, Store } from "../../db/store.ts";
import { Connection } from "../../ws/transport/connection.ts";
import type { Encoding } from "../../ws/encoding/encoding.ts";
import { jsonEncoding } from "../../ws/encoding/json.ts";
import { Room } from "../../ws/rooms/room.ts";
import { Subscription } from "../../ws/rooms/subscription.ts";
import { castOf, T0 } from "./cast.ts";
import { FakeTransport } from "./fake_transport.ts";
import { ManualClock, turn } from "./manual_clock.ts";
import { sessionOf } from "./models.ts";
import { tempStore } from "./temp_store.ts";

/** A live room over a real store and a manual clock. The test publishes what is stored. */
export async function openRoom() {
  const temp = await tempStore();
  const cast = await castOf(temp.store);
  const clock = new ManualClock(T0);
  const logged: string[] = [];
  /** The room's own view of the store: a test may wrap its methods. */
  const messages: Messages = { ...temp.store.messages };
  const store: Store = { ...temp.store, messages };
  const log = (_level: string, event: string) => void logged.push(event);
  const metrics = new Metrics();
  const newRoom = () => new Room(cast.room, { store, clock, log, metrics });
  const room = newRoom();

  function connectionOf(user: User, live = room, encoding: Encoding = jsonEncoding) {
    const connection: Connection = new Connection({
      actor: user,
      session: sessionOf(user),
      encoding,
      host: {
        run: () => Promise.resolve(undefined),
        allow: () => true,
        tolerates: () => true,
        closed: () => subscription.end(),
        log,
        metrics,
      },
    });
    const transport = new FakeTransport();
    connection.attach(transport);
    const subscription = new Subscription(connection, live);
    return { connection, transport, subscription };
  }

  return {
    ...temp,
    ...cast,
    clock,
    metrics,
    logged,
    messages,
    live: room,
    newRoom,
    connectionOf,
    /** Joins; the history has arrived. */
    async enter(
      user: User,
      { after, live = room, encoding }: { after?: number; live?: Room; encoding?: Encoding } = {},
    ) {
      const entered = connectionOf(user, live, encoding);
      await live.join(entered.subscription, after);
      return entered;
    },
    /** Delivers to the room, as the bus does. */
    deliver: (...messages: Message[]) => {
      for (const message of messages) room.deliver({ type: "message", message });
    },
    /** Stores and delivers. */
    async post(author: User, content: string): Promise<Message> {
      const message = await cast.say(author, content);
      room.deliver({ type: "message", message });
      return message;
    },
    /** Flushes frames that wait for the end of a window. */
    flush: () => clock.advance(20),
    turn,
  };
}

/** Makes a function wait, after it has done its work, until the test releases it. */
export function gate<Args extends unknown[], Result>(run: (...args: Args) => Promise<Result>) {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => open = resolve);
  let reached!: () => void;
  return {
    reached: new Promise<void>((resolve) => reached = resolve),
    open,
    async run(...args: Args): Promise<Result> {
      const result = await run(...args);
      reached();
      await opened;
      return result;
    },
  };
}
