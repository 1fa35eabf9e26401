import assert from "node:assert/strict";
import { api, connect, PASSWORD, type Received, tokenOf } from "../support/client.ts";
import { startProgram } from "../support/program.ts";

Deno.test("of twenty who register at the same time on a new server, one becomes the administrator", async () => {
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

Deno.test("of twenty who register with the same name at the same time, one gets it", async () => {
  await using server = await startProgram();
  const answers = await Promise.all(
    Array.from(
      { length: 20 },
      (_, n) => api(server, "/register", { body: { username: n % 2 ? "alice" : "ALICE", password: PASSWORD } }),
    ),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 19 }, () => 400)]);
});

Deno.test("`GET /users` says who is online", async () => {
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  await using bob = await connect(server, { token: await tokenOf(server, "bob") });
  await bob.next("history");
  const { body } = await api(server, "/users", { token });
  assert.deepEqual(body.map(({ username, online }: Received) => [username, online]), [["alice", false], ["bob", true]]);
});
