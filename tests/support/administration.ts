import type { Message, User } from "../../db/model.ts";
import { type AppOptions, openApp } from "./app.ts";

/** An app with Alice, its administrator, and Bob and Mallory, who are members. */
export async function openAdministration(options: AppOptions = {}) {
  const app = await openApp(options);
  const token = await app.tokenOf("alice", "alice@example.org");
  const bobs = await app.tokenOf("bob", "bob@example.org");
  const mallorys = await app.tokenOf("mallory");
  const [alice, bob, mallory] = await app.store.users.list() as [User, User, User];

  return {
    ...app,
    token,
    /** The same, from her browser. */
    cookie: `chatterbox_session=${token}`,
    tokens: { alice: token, bob: bobs, mallory: mallorys },
    alice,
    bob,
    mallory,
    /** A page as Alice receives it, as JSON. */
    // deno-lint-ignore no-explicit-any -- whatever the server says; the test says what it must be
    async get(path: string): Promise<any> {
      const response = await app.ask(path, { token });
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return await response.json();
    },
    /** An act of Alice's, as JSON; resolves to status and body. */
    // deno-lint-ignore no-explicit-any -- see above
    async post(path: string, json: unknown = {}): Promise<{ status: number; body: any }> {
      const response = await app.ask(path, { token, json });
      return { status: response.status, body: await response.json() };
    },
    /** Posts to the default room; resolves to the message. */
    async say(token: string, content: string): Promise<Message> {
      const response = await app.ask("/rooms/general/messages", { token, json: { content } });
      const { id } = await response.json();
      if (response.status !== 200) throw new Error(`Cannot say "${content}": ${response.status}`);
      return (await app.store.messages.findFor(alice.id, id))!;
    },
    /** The newest audit entries as "actor action target reason", oldest first. */
    async audit(count: number): Promise<string[]> {
      const { items } = await app.store.audit.list({}, { limit: count });
      return items.map(({ actor, action, target, reason }) => `${actor} ${action} ${target} ${reason}`.trim())
        .reverse();
    },
  };
}

export type Administration = Awaited<ReturnType<typeof openAdministration>>;
