import { everySetting, unsetValue } from "./table.ts";

const flags = everySetting.flatMap(({ flag, argument }) => flag === undefined ? [] : [`[--${flag} ${argument}]`]);

const lines = everySetting.map((setting) => {
  const { name, flag, help } = setting;
  const columns = [name.padEnd(14), (flag === undefined ? "" : `--${flag}`).padEnd(7), help.padEnd(47)];
  return `  ${columns.join(" ")}${unsetValue(setting)}`;
});

/** What `chatterbox serve --help` says. */
export const SERVE_USAGE = `Usage: chatterbox serve ${flags.join(" ")}

Settings are environment variables; some have a flag too. On the right is what holds when one is not set:
${lines.join("\n")}`;
