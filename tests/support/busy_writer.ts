// deno-lint-ignore-file no-console -- speaks to the test through its output
import { DatabaseSync } from "node:sqlite";

/**
 * A program of its own: moves an amount between rows of the database's table, one transaction after the other, until
 * its input ends. The sum stays constant.
 */
const database = new DatabaseSync(Deno.args[0]!);
database.exec("pragma busy_timeout = 5000");
const { rows } = database.prepare("select count(*) as rows from amounts").get() as { rows: number };
const add = database.prepare("update amounts set amount = amount + ? where id = ?");
let stopped = false;
(async () => {
  for await (const _word of Deno.stdin.readable);
  stopped = true;
})();
for (let n = 0; !stopped; n++) {
  database.exec("begin immediate");
  add.run(-1, 1 + n % rows);
  add.run(1, rows - n % rows);
  database.exec("commit");
  if (n === 100) console.log("writing");
  if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve));
}
database.close();
console.log("stopped");
