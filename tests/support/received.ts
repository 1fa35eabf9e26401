import { eventually } from "./eventually.ts";
import type { FakeTransport } from "./fake_transport.ts";

/** What a client received about one room. */
export function eventsOf(transport: FakeTransport, room: string, ...types: string[]) {
  return transport.events.filter((event) => event.room === room && (types.length === 0 || types.includes(event.type)));
}

/** The revs a client received about one room, in order. */
export function revsOf(transport: FakeTransport, room: string): number[] {
  return eventsOf(transport, room, "history", "message").flatMap(({ messages, rev }) =>
    messages?.map((message: { rev: number }) => message.rev) ?? [rev]
  );
}

/** The client has received the room's history. */
export function subscribed(transport: FakeTransport, room: string) {
  return eventually(() => eventsOf(transport, room, "users").length > 0, 5000, () => `subscription to ${room}`);
}
