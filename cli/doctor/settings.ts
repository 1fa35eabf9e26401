import { brief } from "../chat/clean.ts";
import { type Config, type Environment, readConfig, UsageError, withFlags } from "../settings/config.ts";
import { everySetting, settingNames, unsetValue } from "../settings/table.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";

/**
 * Checks the settings in force. One that the server would refuse is treated as unset, so that everything else can be
 * checked.
 */
export function checkSettings(
  flags: Readonly<Record<string, unknown>>,
  env: Environment,
): { config: Config; findings: Finding[] } {
  const refused: Finding[] = [];
  const left: Record<string, string | undefined> = {};
  const given = withFlags(flags, env);
  for (const name of settingNames) left[name] = given(name) || undefined;
  while (true) {
    try {
      const config = readConfig([], (name) => left[name]);
      return { config, findings: [...refused, ...settingsInForce(left, refused), ...unwise(config)] };
    } catch (error) {
      const name = error instanceof UsageError ? /^[A-Z_]+(?=:)/.exec(error.message)?.[0] : undefined;
      if (name === undefined || left[name] === undefined) throw error;
      refused.push(failure("settings", brief((error as Error).message), `correct ${name}, or remove it`));
      left[name] = undefined;
    }
  }
}

function settingsInForce(values: Record<string, string | undefined>, refused: readonly Finding[]): Finding[] {
  const set = everySetting.filter(({ name }) => values[name] !== undefined);
  const unset = everySetting.filter(({ name }) => values[name] === undefined);
  const shown = set.map(({ name, isSecret }) => isSecret ? `${name} (not shown)` : `${name}=${brief(values[name]!)}`);
  const facts = Object.fromEntries(
    everySetting.map((
      { name, isSecret },
    ) => [name, isSecret && values[name] !== undefined ? "set" : values[name] ?? null]),
  );
  const others = refused.length > 0 ? "no others" : "none";
  return [
    ok("settings", `set: ${shown.join(", ") || others}`, facts),
    ok("settings", `not set: ${unset.map((setting) => `${setting.name} (${unsetValue(setting)})`).join(", ")}`),
  ];
}

/** Settings that are valid but seldom intended. */
function unwise({ limits, publicUrl, trustProxy }: Config): Finding[] {
  const findings: Finding[] = [];
  if (!limits) {
    findings.push(
      warning("settings", "RATE_LIMITS=off: passwords can be guessed without limit", "remove it; it is for tests"),
    );
  }
  if (publicUrl?.protocol === "https:" && !trustProxy) {
    findings.push(
      warning(
        "settings",
        "PUBLIC_URL is https, so there is a proxy, but TRUST_PROXY is off: all users seem to share the proxy's address, " +
          "and one user's wrong passwords lock out all",
        "set TRUST_PROXY=on",
      ),
    );
  }
  if (trustProxy && !publicUrl) {
    findings.push(
      warning(
        "settings",
        "TRUST_PROXY is on, so there is a proxy, but PUBLIC_URL is not set: if the proxy rewrites Host, no page gets a " +
          "socket",
        "set PUBLIC_URL to the address that users open",
      ),
    );
  }
  return findings;
}
