import type { Connections } from "./connections.ts";
import { record } from "./audit.ts";
import type { Words } from "../store.ts";

export function words({ read, write }: Connections): Words {
  return {
    async list() {
      return await read.selectFrom("words").select(["word", "kind"]).orderBy("word").execute();
    },

    async put({ word, kind }, by, now) {
      await write(async (db) => {
        await db.insertInto("words").values({ word, kind, created_at: now })
          .onConflict((c) => c.column("word").doUpdateSet({ kind })).execute();
        await record(db, { at: now, by, action: kind === "forbidden" ? "forbid_word" : "allow_word", about: word });
      });
    },

    remove(word, by, now) {
      return write(async (db) => {
        const [result] = await db.deleteFrom("words").where("word", "=", word).execute();
        if ((result?.numDeletedRows ?? 0n) === 0n) return false;
        await record(db, { at: now, by, action: "remove_word", about: word });
        return true;
      });
    },
  };
}
