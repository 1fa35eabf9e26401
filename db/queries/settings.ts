import { record } from "./audit.ts";
import type { Connections } from "./connections.ts";
import type { Settings } from "../store.ts";

export function settings({ read, write }: Connections): Settings {
  return {
    async get(key) {
      const row = await read.selectFrom("settings").select("value").where("key", "=", key).executeTakeFirst();
      return row?.value;
    },

    async set(key, value, act) {
      await write(async (db) => {
        await db.insertInto("settings").values({ key, value })
          .onConflict((c) => c.column("key").doUpdateSet({ value })).execute();
        if (act) await record(db, { at: act.at, by: act.by, action: "change_settings", reason: act.reason });
      });
    },

    async remove(key) {
      await write((db) => db.deleteFrom("settings").where("key", "=", key).execute());
    },
  };
}
