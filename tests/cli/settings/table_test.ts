import assert from "node:assert/strict";
import { readConfig } from "../../../cli/settings/config.ts";
import { everySetting, settingFlags, settingNames, unsetValue } from "../../../cli/settings/table.ts";
import { SERVE_USAGE } from "../../../cli/settings/usage.ts";
import { checkSettings } from "../../../cli/doctor/settings.ts";
import deno from "../../../deno.json" with { type: "json" };

const nothing = () => undefined;

Deno.test("every setting has one name, and either a valid default or a description of it", () => {
  assert.equal(new Set(settingNames).size, everySetting.length);
  for (const { name, fallback, unset, check } of everySetting) {
    assert.match(name, /^[A-Z_]+$/);
    assert.notEqual(fallback === undefined, unset === undefined, name);
    if (fallback !== undefined) check(fallback, name);
  }
});

Deno.test("`readConfig()` takes a setting from its flag, its variable, or its default, in this order", () => {
  const flags = everySetting.filter(({ flag }) => flag !== undefined);
  assert.deepEqual(flags.map(({ flag }) => flag), Object.keys(settingFlags));
  const env = (name: string) => ({ PORT: "9000", HOST: "", DATA_DIR: "/variable" })[name];
  const config = readConfig(["--data", "/flag"], env);
  assert.deepEqual([config.port, config.host, config.dataDir], [9000, "127.0.0.1", "/flag"]);
  const { limits, bcryptCost, backupEvery, publicUrl, sessionTtl, logLevel } = readConfig([], nothing);
  assert.deepEqual([limits, bcryptCost, backupEvery, publicUrl, sessionTtl, logLevel], [
    true,
    12,
    undefined,
    undefined,
    undefined,
    "info",
  ]);
});

Deno.test("`readConfig()` accepts a low BCRYPT_COST only without limits", () => {
  const of = (values: Record<string, string>) => readConfig([], (name) => values[name]).bcryptCost;
  assert.equal(of({ BCRYPT_COST: "4", RATE_LIMITS: "off" }), 4);
  const refusal = { message: 'BCRYPT_COST: "4" is not accepted, it must be a whole number from 10 to 15' };
  assert.throws(() => of({ BCRYPT_COST: "4" }), refusal);
  assert.throws(() => of({ BCRYPT_COST: "9", RATE_LIMITS: "off" }), /^Error: BCRYPT_COST: "9"/);
});

Deno.test("`serve --help` and `doctor` name every setting and its default", () => {
  const [, unset] = checkSettings({}, nothing).findings;
  for (const setting of everySetting) {
    const { name, flag, help } = setting;
    const line = SERVE_USAGE.split("\n").find((line) => line.trim().split(" ")[0] === name);
    assert(line, name);
    for (const part of [flag === undefined ? "" : `--${flag} `, `${help} `, unsetValue(setting)]) {
      assert(line.includes(part), `${name}: ${part}`);
    }
    assert(line.length <= 120, name);
    assert(unset!.text.includes(`${name} (${unsetValue(setting)})`), name);
  }
});

Deno.test("`deno task start` may read every setting, and no other variable of ours", () => {
  const [, list] = /--allow-env=(\S+)/.exec(deno.tasks.start.command)!;
  const others = /^(CHATTERBOX_|WS_|NO_COLOR)/;
  assert.deepEqual(list!.split(",").filter((name) => !others.test(name)).sort(), [...settingNames].sort());
});

Deno.test("the README's table of settings equals this one", async () => {
  const readme = await Deno.readTextFile(new URL("../../../README.md", import.meta.url));
  const section = readme.slice(readme.indexOf("## Settings"), readme.indexOf("## Behind a proxy"));
  const rows = section.split("\n").filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  assert.deepEqual(
    rows,
    everySetting.map((setting) => {
      const { name, flag, help, more } = setting;
      return [
        `\`${name}\``,
        flag === undefined ? "" : `\`--${flag}\``,
        unsetValue(setting),
        more ? `${help}. ${more}` : help,
      ];
    }),
  );
});
