import type { HttpBindings } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";
import type { App, Env } from "./env.ts";
import { addressOf } from "./limits.ts";
import { wantsPage } from "./negotiate.ts";
import { Slots } from "./slots.ts";
import { paths } from "../views/paths.ts";

/** How long a request waits for others to be read, in ms. */
const PATIENCE = 10_000;

/**
 * Bounds how many answers are in progress or unread at the same time: per user, per address for clients that are not
 * logged in, and per address altogether. An answer is bounded in bytes, so this bounds the memory that a client can take
 * by not reading. A program's change is not counted: its answer is a line.
 */
export function boundAnswers(app: App): MiddlewareHandler<Env> {
  const { clock } = app;
  const users = new Slots({ atOnce: 8, waiting: 64, patience: PATIENCE, clock });
  const strangers = new Slots({ atOnce: 16, waiting: 256, patience: PATIENCE, clock });
  const addresses = new Slots({ atOnce: 64, waiting: 512, patience: PATIENCE, clock });
  return async (c, next) => {
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    // A socket has bounds of its own.
    if (c.req.path === paths.ws || !(isRead || wantsPage(c))) return await next();
    const address = addressOf(c, app);
    const user = c.get("viewer")?.user.id;
    const slots = [await (user === undefined ? strangers.take(address) : users.take(user))];
    const giveBack = () => slots.forEach((give) => give());
    try {
      slots.push(await addresses.take(address));
      const outgoing = c.env?.outgoing;
      // A client that left while waiting costs no work.
      if (outgoing && !whenSent(outgoing, giveBack)) throw new Error("aborted");
      await next();
      if (!outgoing) giveBack();
    } catch (error) {
      giveBack();
      throw error;
    }
  };
}

/** What is to be called when a connection is gone: an answer that waits behind others is not told of it. */
const byConnection = new WeakMap<object, Set<() => void>>();

/** Calls when an answer has been taken by its reader, or never will be. False when that is so already. */
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
