import type { HttpBindings } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";
import type { App, Env } from "./env.ts";
import { addressOf } from "./limits.ts";
import { wantsPage } from "./negotiate.ts";
import { Slots } from "./slots.ts";
import { paths } from "../views/paths.ts";

/** Maximum time a request waits for a slot, in ms. */
const PATIENCE = 10_000;

/**
 * Limits the responses in progress or not yet read: per user, per address for clients without login, and per address in
 * total. Responses are bounded in size, so this bounds the memory a client can hold by not reading. JSON requests that
 * change something are not counted, since their responses are short.
 */
export function boundAnswers(app: App): MiddlewareHandler<Env> {
  const { clock } = app;
  const users = new Slots({ atOnce: 8, waiting: 64, patience: PATIENCE, clock });
  const strangers = new Slots({ atOnce: 16, waiting: 256, patience: PATIENCE, clock });
  const addresses = new Slots({ atOnce: 64, waiting: 512, patience: PATIENCE, clock });
  return async (c, next) => {
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    // Sockets have limits of their own.
    if (c.req.path === paths.ws || !(isRead || wantsPage(c))) return await next();
    const address = addressOf(c, app);
    const user = c.get("viewer")?.user.id;
    const slots = [await (user === undefined ? strangers.take(address) : users.take(user))];
    const giveBack = () => slots.forEach((give) => give());
    try {
      slots.push(await addresses.take(address));
      const outgoing = c.env?.outgoing;
      // The client disconnected while waiting.
      if (outgoing && !whenSent(outgoing, giveBack)) throw new Error("aborted");
      await next();
      if (!outgoing) giveBack();
    } catch (error) {
      giveBack();
      throw error;
    }
  };
}

/** Callbacks for closed connections: a response that waits behind others on the same connection is not notified. */
const byConnection = new WeakMap<object, Set<() => void>>();

/** Calls `call` once the response was sent or the connection closed. Returns false if it is already closed. */
function whenSent(outgoing: HttpBindings["outgoing"], call: () => void): boolean {
  const socket = outgoing.req.socket;
  if (outgoing.destroyed || socket.destroyed) return false;
  let calls = byConnection.get(socket);
  if (!calls) {
    const all = calls = new Set();
    byConnection.set(socket, all);
    socket.once("close", () => all.forEach((call) => call()));
  }
  const mine = calls;
  mine.add(call);
  outgoing.once("close", () => {
    mine.delete(call);
    call();
  });
  return true;
}
