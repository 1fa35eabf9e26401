import assert from "node:assert/strict";
import { api, connect, join, PASSWORD, type Received, tokenOf } from "../support/client.ts";
import { startProgram } from "../support/program.ts";

Deno.test("twenty concurrent registrations on a new server make one administrator", async () => {
  await using server = await startProgram();
  const names = Array.from({ length: 20 }, (_, n) => `racer${n}`);
  const answers = await Promise.all(
    names.map((username) =>
      api(server, "/register", { body: { username, password: PASSWORD, email: `${username}@example.org` } })
    ),
  );
  assert.deepEqual(answers.map(({ status }) => status), names.map(() => 200));
  const lists = await Promise.all(names.map(async (username) => {
    const { body } = await api(server, "/users", { token: await tokenOf(server, username) });
    assert.equal(body.length, 20);
    return body as Received[];
  }));
  const seeingEmails = lists.filter((users) => users.some((user) => "email" in user));
  assert.equal(seeingEmails.length, 1);
});

Deno.test("twenty concurrent registrations with one name create one user", async () => {
  await using server = await startProgram();
  const answers = await Promise.all(
    Array.from(
      { length: 20 },
      (_, n) => api(server, "/register", { body: { username: n % 2 ? "alice" : "ALICE", password: PASSWORD } }),
    ),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 19 }, () => 400)]);
});

Deno.test("`GET /users` shows who is online", async () => {
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  await using bob = await connect(server, { token: await tokenOf(server, "bob") });
  await bob.next("history");
  const { body } = await api(server, "/users", { token });
  assert.deepEqual(body.map(({ username, online }: Received) => [username, online]), [["alice", false], ["bob", true]]);
});

Deno.test("`reset_password` sends the link's secret to its sender only, with or without a nonce, and refuses others", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using other = await join(server, "alice");
  await using bob = await join(server, "bob");
  bob.send({ type: "reset_password", user: "alice", nonce: "b1" });
  assert.equal((await bob.next("error")).detail, "Only administrators may do this");
  alice.send({ type: "reset_password", user: "bob" });
  const first = await alice.next("ack");
  assert.deepEqual(Object.keys(first).sort(), ["secret", "type"]);
  alice.send({ type: "reset_password", user: "bob", nonce: "a1" });
  const second = await alice.next("ack");
  assert.deepEqual([second.nonce, typeof second.secret], ["a1", "string"]);
  const set = (secret: string) => api(server, `/reset/${secret}`, { body: { password: "another horse" } });
  assert.equal((await set(first.secret)).status, 404, "a new link replaces the one before");
  assert.equal((await set(second.secret)).status, 200);
  assert.equal(await bob.closed, 4401);
  const login = { username: "bob", password: "another horse" };
  assert.equal((await api(server, "/login", { body: login })).status, 200);
  for (const client of [other, bob]) {
    for (const secret of [first.secret, second.secret]) assert(!client.frames.join().includes(secret));
    assert.deepEqual(client.all("ack"), []);
  }
});
