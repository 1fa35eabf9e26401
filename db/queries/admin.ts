import { type Kysely, sql, type SqlBool } from "kysely";
import type { Connections } from "./connections.ts";
import { fold } from "./fold.ts";
import { bytesOf, selectMessages, textSize, toMessage } from "./messages.ts";
import type { Account, InspectedMessage, MessageId, UserId } from "../model.ts";
import type { Schema } from "../schema/tables.ts";
import type { AdminQueries } from "../store.ts";
import { fitting } from "../text_at_once.ts";
import { toUser, userColumns } from "./users.ts";

/** Ids scanned before yielding: a few ms. */
const WINDOW = 5000;

/** Rows whose text is read at once: up to 2 MB, a few ms. */
const TEXTS = 64;

/** Time spent folding text before yielding, in ms. */
const PATIENCE = 4;

/** Separates the two parts of a page key. Neither names nor numbers contain it. */
const SEPARATOR = "\n";

function selectAccounts(db: Kysely<Schema>, warningsSince: number) {
  return db.selectFrom("users")
    .select([...userColumns, "users.last_seen_at"])
    .select((e) =>
      e.selectFrom("warnings").select((w) => w.fn.countAll<number>().as("count"))
        .whereRef("warnings.user_id", "=", "users.id").where("warnings.created_at", ">", warningsSince)
        .where("warnings.reset_at", "is", null).as("warnings")
    )
    .where("users.deleted_at", "is", null);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectAccounts>["execute"]>>[number];

function toAccount(row: Row): Account {
  return { ...toUser(row), warnings: row.warnings ?? 0, lastSeenAt: row.last_seen_at };
}

function selectInspected(db: Kysely<Schema>) {
  return selectMessages(db).leftJoin("users as deleters", "deleters.id", "messages.deleted_by")
    .select(sql<string | null>`case when deleters.deleted_at is null then deleters.username else 'deleted user' end`
      .as("deleter"));
}

type InspectedRow = Awaited<ReturnType<ReturnType<typeof selectInspected>["execute"]>>[number];

function toInspected(row: InspectedRow): InspectedMessage {
  return { ...toMessage(row), deletedBy: row.deleter };
}

/** Filters rows, yielding every few ms. */
async function sift<Row>(rows: readonly Row[], test: (row: Row) => boolean): Promise<Row[]> {
  const found: Row[] = [];
  let end = performance.now() + PATIENCE;
  for (const row of rows) {
    if (test(row)) found.push(row);
    if (performance.now() < end) continue;
    await turn();
    end = performance.now() + PATIENCE;
  }
  return found;
}

/** Users searched per batch. */
const ACCOUNTS = 200;

/** Sort orders: the expression, its direction, and the user's sort key. */
const SORTS = {
  newest: { by: sql<number>`users.id`, direction: "desc", key: (account: Account) => account.id },
  name: { by: sql<string>`lower(users.username)`, direction: "asc", key: (a: Account) => a.username.toLowerCase() },
  last_seen: {
    by: sql<number>`coalesce(users.last_seen_at, 0)`,
    direction: "desc",
    key: (account: Account) => account.lastSeenAt ?? 0,
  },
} as const;

export function adminQueries({ read }: Connections): AdminQueries {
  async function count(query: { executeTakeFirstOrThrow(): Promise<{ count: number }> }): Promise<number> {
    return (await query.executeTakeFirstOrThrow()).count;
  }

  async function newest(): Promise<number> {
    const { newest } = await read.selectFrom("messages").select((e) => e.fn.max("id").as("newest"))
      .executeTakeFirstOrThrow();
    return newest ?? 0;
  }

  /** Number of messages not deleted, optionally only since `since`. */
  async function countMessages(since = 0): Promise<number> {
    let total = 0;
    const end = await newest();
    const first = since === 0 ? undefined : await read.selectFrom("messages").select("id")
      .where("created_at", ">=", since).orderBy("created_at").limit(1).executeTakeFirst();
    if (since !== 0 && first === undefined) return 0;
    for (let from: number = first?.id ?? 0; from <= end; from += 10 * WINDOW) {
      total += await count(
        read.selectFrom("messages").select((e) => e.fn.countAll<number>().as("count"))
          .where("id", ">=", from as MessageId).where("id", "<", from + 10 * WINDOW as MessageId)
          .where("deleted_at", "is", null).where("created_at", ">=", since),
      );
      await turn();
    }
    return total;
  }

  return {
    async overview(today) {
      const users = read.selectFrom("users").select((e) => e.fn.countAll<number>().as("count"))
        .where("deleted_at", "is", null);
      const reports = read.selectFrom("reports").select((e) => e.fn.countAll<number>().as("count"))
        .where("resolved_at", "is", null);
      const { rows: [size] } = await sql<{ bytes: number }>`
        select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`.execute(read);
      return {
        users: await count(users),
        blocked: await count(users.where("blocked_at", "is not", null)),
        messages: await countMessages(),
        messagesToday: await countMessages(today),
        reports: await count(reports),
        databaseSize: size?.bytes ?? 0,
      };
    },

    async histogram(from, to, step) {
      const counts: number[] = [];
      for (let at = from; at < to; at += step) {
        const query = read.selectFrom("messages").select((e) => e.fn.countAll<number>().as("count"))
          .where("created_at", ">=", at).where("created_at", "<", Math.min(at + step, to));
        counts.push(await count(query));
        await turn();
      }
      return counts;
    },

    async accounts({ search, only, ids, sort = "newest" }, { after, limit }, warningsSince) {
      const { by, direction, key } = SORTS[sort];
      let query = selectAccounts(read, warningsSince);
      if (only === "blocked") query = query.where("users.blocked_at", "is not", null);
      if (only === "administrators") query = query.where("users.is_admin", "=", 1);
      if (only === "warned") {
        query = query.where((e) =>
          e.exists(
            e.selectFrom("warnings").select("warnings.id").whereRef("warnings.user_id", "=", "users.id")
              .where("warnings.created_at", ">", warningsSince).where("warnings.reset_at", "is", null),
          )
        );
      }
      // One parameter for any number of ids.
      if (ids !== undefined) {
        query = query.where(sql<SqlBool>`users.id in (select value from json_each(${JSON.stringify(ids)}))`);
      }
      const ordered = query.orderBy(by, direction).orderBy("users.id", direction);
      const keyOf = (account: Account) => `${key(account)}${SEPARATOR}${account.id}`;

      /**
       * Rows after a key: first the rest with the same sort value, then the others. SQLite would scan for both in one
       * comparison.
       */
      async function page(after: string | undefined, count: number): Promise<Account[]> {
        if (after === undefined) return (await ordered.limit(count).execute()).map(toAccount);
        const [value = "", id = ""] = after.split(SEPARATOR);
        const bound = sort === "name" ? value : Number(value);
        const than = direction === "asc" ? ">" : "<";
        const equals = sort === "newest" ? [] : await query.where(by, "=", bound)
          .where("users.id", than, Number(id) as UserId).orderBy("users.id", direction).limit(count).execute();
        const rest = equals.length === count
          ? []
          : await ordered.where(by, than, bound).limit(count - equals.length).execute();
        return [...equals, ...rest].map(toAccount);
      }

      const items: Account[] = [];
      if (search === undefined) items.push(...await page(after, limit + 1));
      else {
        // SQLite folds the case of ASCII only, so text is folded here.
        const sought = fold(search);
        let rows: Account[];
        let from = after;
        do {
          rows = await page(from, ACCOUNTS);
          items.push(
            ...await sift(
              rows,
              ({ username, email }) =>
                fold(username).includes(sought) || (email !== null && fold(email).includes(sought)),
            ),
          );
          from = rows.length === ACCOUNTS ? keyOf(rows.at(-1)!) : undefined;
          await turn();
        } while (from !== undefined && items.length <= limit);
      }
      const shown = items.slice(0, limit);
      const last = shown.at(-1);
      return items.length > limit && last ? { items: shown, next: keyOf(last) } : { items: shown };
    },

    async account(id, warningsSince) {
      const row = await selectAccounts(read, warningsSince).where("users.id", "=", id).executeTakeFirst();
      return row && toAccount(row);
    },

    async onlyAdministrator() {
      const [first, ...others] = await read.selectFrom("users").select("id").where("is_admin", "=", 1)
        .where("blocked_at", "is", null).where("deleted_at", "is", null).limit(2).execute();
      return others.length === 0 ? first?.id : undefined;
    },

    async sessionsOf(id: UserId, now) {
      const rows = await read.selectFrom("sessions").selectAll().where("user_id", "=", id)
        .where("expires_at", ">", now).orderBy("last_seen_at", "desc").limit(100).execute();
      return rows.map((row) => ({
        id: row.id,
        userId: row.user_id,
        createdAt: row.created_at,
        lastSeenAt: row.last_seen_at,
        expiresAt: row.expires_at,
        address: row.address,
        userAgent: row.user_agent,
      }));
    },

    async messages({ search, username, room, from, to, state = "standing", inspectedAt }, {
      before,
      limit,
    }) {
      let query = selectInspected(read).where("rooms.removed_at", "is", null).where((e) =>
        e.or([
          e("rooms.kind", "=", "public"),
          ...(inspectedAt === undefined ? [] : [e("rooms.inspected_until", ">", inspectedAt)]),
        ])
      );
      if (state !== "all") query = query.where("messages.deleted_at", state === "deleted" ? "is not" : "is", null);
      if (username !== undefined) query = query.where(sql`lower(users.username)`, "=", username.toLowerCase());
      if (room !== undefined) query = query.where("rooms.slug", "=", room);
      if (from !== undefined) query = query.where("messages.created_at", ">=", from);
      if (to !== undefined) query = query.where("messages.created_at", "<", to);

      // A filter may match one row in a million, so the table is read in windows, yielding in between.
      const found: { id: MessageId; bytes: number }[] = [];
      const { oldest } = await read.selectFrom("messages").select((e) => e.fn.min("id").as("oldest"))
        .executeTakeFirstOrThrow();
      let end = before ?? await newest() + 1;
      // SQLite folds the case of ASCII only, so text is folded here.
      const sought = search === undefined ? undefined : fold(search);
      while (oldest !== null && end > oldest && found.length <= limit && fitting(found, bytesOf) === found.length) {
        const start = Math.max(oldest, end - WINDOW);
        const window = query.clearSelect().select(["messages.id", "messages.deleted_at", textSize.as("bytes")])
          .where("messages.id", "<", end as MessageId).where("messages.id", ">=", start as MessageId)
          .orderBy("messages.id", "desc");
        if (sought === undefined) {
          found.push(...await window.limit(limit + 1 - found.length).execute());
          end = start;
        } else {
          const rows = await window.select("messages.content").limit(TEXTS).execute();
          found.push(...await sift(rows, (row) => row.deleted_at === null && fold(row.content).includes(sought)));
          end = rows.length === TEXTS ? rows.at(-1)!.id : start;
        }
        await turn();
      }
      const ids = found.slice(0, fitting(found.slice(0, limit), bytesOf)).map(({ id }) => id);
      const rows = await query.where(sql<SqlBool>`messages.id in (select value from json_each(${JSON.stringify(ids)}))`)
        .orderBy("messages.id", "desc").execute();
      return { items: rows.map(toInspected), next: found.length > ids.length ? ids.at(-1) : undefined };
    },

    async message(id) {
      const row = await selectInspected(read).where("messages.id", "=", id).executeTakeFirst();
      return row && toInspected(row);
    },

    async around({ roomId, seq }, count) {
      const room = selectInspected(read).where("messages.room_id", "=", roomId);
      const before = await room.where("messages.seq", "<", seq).orderBy("messages.seq", "desc").limit(count).execute();
      const after = await room.where("messages.seq", ">=", seq).orderBy("messages.seq").limit(count + 1).execute();
      return [...before.reverse(), ...after].map(toInspected);
    },
  };
}

/** Yields to the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
