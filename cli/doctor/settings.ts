import { brief } from "../chat/clean.ts";
import { type Config, type Environment, readConfig, UsageError, withFlags } from "../settings/config.ts";
import { everySetting, settingNames, unsetValue } from "../settings/table.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";

/**
 * The settings in force, and what there is to say about them. One that the server would refuse is left out, so that
 * everything else can be looked at.
 */
export function lookAtSettings(
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
      refused.push(failure("settings", brief((error as Error).message), `mend ${name}, or leave it out`));
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

/** What is allowed and seldom meant. */
function unwise({ limits, publicUrl, trustProxy }: Config): Finding[] {
  const findings: Finding[] = [];
  if (!limits) {
    findings.push(
      warning("settings", "RATE_LIMITS=off: passwords can be tried without limit", "take it away; it is for tests"),
    );
  }
  if (publicUrl?.protocol === "https:" && !trustProxy) {
    findings.push(
      warning(
        "settings",
        "PUBLIC_URL is https, so there is a proxy, but TRUST_PROXY is off: everybody seems to come from its address, " +
          "and the wrong passwords of one lock out all",
        "set TRUST_PROXY=on",
      ),
    );
  }
  if (trustProxy && !publicUrl) {
    findings.push(
      warning(
        "settings",
        "TRUST_PROXY is on, so there is a proxy, but PUBLIC_URL is not set: where the proxy rewrites Host, no page gets a " +
          "socket",
        "set PUBLIC_URL to the address that people use",
      ),
    );
  }
  return findings;
}
