import { everySetting, unsetValue } from "./table.ts";

const flags = everySetting.flatMap(({ flag, argument }) => flag === undefined ? [] : [`[--${flag} ${argument}]`]);

const lines = everySetting.map((setting) => {
  const { name, flag, help } = setting;
  const columns = [name.padEnd(14), (flag === undefined ? "" : `--${flag}`).padEnd(7), help.padEnd(47)];
  return `  ${columns.join(" ")}${unsetValue(setting)}`;
});

/** The text of `chatterbox serve --help`. */
export const SERVE_USAGE = `Usage: chatterbox serve ${flags.join(" ")}

Settings are environment variables; some have a flag too. Defaults are on the right:
${lines.join("\n")}`;
