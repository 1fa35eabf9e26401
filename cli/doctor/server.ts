import { brief } from "../chat/clean.ts";
import type { Config } from "../settings/config.ts";
import { ask } from "./ask.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";

/** Where a server with these settings is to be found from this machine; undefined when it picks its own port. */
export function localAddress({ host, port }: Pick<Config, "host" | "port">): string | undefined {
  if (port === 0) return undefined;
  const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** Whether a server answers, is of this version, and can serve. `isRunning`: a Chatterbox does answer. */
export async function lookAtServer(config: Config, version: string): Promise<{ isRunning: boolean; finding: Finding }> {
  const address = localAddress(config);
  if (address === undefined) {
    const finding = ok("server", "PORT is 0: the server picks one; say --port to look at it");
    return { isRunning: false, finding };
  }
  const alive = await ask(`${address}/healthz`);
  if (typeof alive === "string") {
    const advice = "start it with chatterbox serve, or say --port and --host if it is elsewhere";
    return { isRunning: false, finding: warning("server", `nobody answers on ${address} (${alive})`, advice) };
  }
  const running = alive.status === 200 && alive.body.status === "ok" ? alive.body.version : undefined;
  if (typeof running !== "string") {
    const advice = "stop that program, or choose another port with --port or PORT";
    return { isRunning: false, finding: failure("server", `something else answers on ${address}`, advice) };
  }
  return { isRunning: true, finding: await lookAtReadiness(address, brief(running), version) };
}

async function lookAtReadiness(address: string, running: string, version: string): Promise<Finding> {
  const facts = { address, version: running };
  const unready = await whyNotReady(address);
  if (unready !== undefined) {
    return failure("server", `Chatterbox ${running} answers on ${address}, but ${unready}`, "see its log", facts);
  }
  if (running !== version) {
    return warning(
      "server",
      `Chatterbox ${running} answers on ${address}, and this is ${version}`,
      "restart the server, so that it is of this version",
      facts,
    );
  }
  return ok("server", `Chatterbox ${running} answers on ${address}, and is ready`, facts);
}

/** Undefined when the server can serve. */
export async function whyNotReady(address: string): Promise<string | undefined> {
  const ready = await ask(`${address}/readyz`);
  if (typeof ready === "string") return `nobody answers (${ready})`;
  if (ready.status === 200 && ready.body.status === "ok") return undefined;
  return `is not ready (${brief(String(ready.body.detail ?? `status ${ready.status}`))})`;
}
