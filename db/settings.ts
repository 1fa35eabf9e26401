import type { Connections } from "./connections.ts";
import type { Settings } from "./store.ts";

export function settings({ read, write }: Connections): Settings {
  return {
    async get(key) {
      const row = await read.selectFrom("settings").select("value").where("key", "=", key).executeTakeFirst();
      return row?.value;
    },

    async set(key, value) {
      await write((db) =>
        db.insertInto("settings").values({ key, value }).onConflict((c) => c.column("key").doUpdateSet({ value }))
          .execute()
      );
    },

    async remove(key) {
      await write((db) => db.deleteFrom("settings").where("key", "=", key).execute());
    },
  };
}
