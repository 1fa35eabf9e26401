import assert from "node:assert/strict";
import type { Message, User, UserId } from "../../db/model.ts";
import { can } from "../../db/policy.ts";

function user(id: number, facts: Partial<User> = {}): User {
  return {
    id: id as UserId,
    username: `user${id}`,
    email: null,
    isAdmin: false,
    isBlocked: false,
    createdAt: 0,
    ...facts,
  };
}

const author = user(1);
const message = { author } as unknown as Message;

const users: Record<string, User> = {
  "the author": author,
  "somebody else": user(2),
  "an administrator": user(3, { isAdmin: true }),
  "the author, blocked": user(1, { isBlocked: true }),
  "an administrator, blocked": user(3, { isAdmin: true, isBlocked: true }),
};

const table: Record<keyof typeof can, Record<keyof typeof users, boolean>> = {
  connect: row(true, true, true, false, false),
  post: row(true, true, true, false, false),
  editMessage: row(true, false, false, false, false),
  deleteMessage: row(true, false, true, false, false),
  report: row(false, true, true, false, false),
  administer: row(false, false, true, false, false),
  seeEmails: row(false, false, true, false, false),
  manageRoom: row(false, false, true, false, false),
  moderateRoom: row(false, false, true, false, false),
};

function row(...cells: boolean[]): Record<string, boolean> {
  return Object.fromEntries(Object.keys(users).map((who, at) => [who, cells[at]!]));
}

for (const [what, cells] of Object.entries(table)) {
  Deno.test(`\`can.${what}()\` answers for each kind of user`, () => {
    for (const [who, may] of Object.entries(cells)) {
      const ask = can[what as keyof typeof can] as (actor: User, message: Message) => boolean;
      assert.equal(ask(users[who]!, message), may, who);
    }
  });
}

Deno.test("`can` has no permission that this test's table leaves out", () => {
  assert.deepEqual(Object.keys(can).sort(), Object.keys(table).sort());
});

Deno.test("roles in a room: owners manage it, moderators keep order, and a block takes both away", () => {
  const somebody = user(2);
  const message = { author: { id: 1 } } as Message;
  for (
    const [role, manages, moderates] of [["owner", true, true], ["moderator", false, true], [
      "member",
      false,
      false,
    ]] as const
  ) {
    assert.equal(can.manageRoom(somebody, role), manages, role);
    assert.equal(can.moderateRoom(somebody, role), moderates, role);
    assert.equal(can.deleteMessage(somebody, message, role), moderates, role);
    for (const ask of [can.manageRoom, can.moderateRoom]) assert.equal(ask(user(2, { isBlocked: true }), role), false);
  }
});
