import { brief } from "../chat/clean.ts";
import type { Config } from "../settings/config.ts";
import { ask } from "./ask.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";

/** The address of a server with these settings on this machine; undefined when it picks its own port. */
export function localAddress({ host, port }: Pick<Config, "host" | "port">): string | undefined {
  if (port === 0) return undefined;
  const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** Checks that a server responds, has this version and is ready. `isRunning`: the responding server is a Chatterbox. */
export async function checkServer(config: Config, version: string): Promise<{ isRunning: boolean; finding: Finding }> {
  const address = localAddress(config);
  if (address === undefined) {
    const finding = ok("server", "PORT is 0: the server picks one; use --port to check it");
    return { isRunning: false, finding };
  }
  const alive = await ask(`${address}/healthz`);
  if (typeof alive === "string") {
    const advice = "start it with chatterbox serve, or use --port and --host if it listens elsewhere";
    return { isRunning: false, finding: warning("server", `no response from ${address} (${alive})`, advice) };
  }
  const running = alive.status === 200 && alive.body.status === "ok" ? alive.body.version : undefined;
  if (typeof running !== "string") {
    const advice = "stop that program, or choose another port with --port or PORT";
    return { isRunning: false, finding: failure("server", `another program responds on ${address}`, advice) };
  }
  return { isRunning: true, finding: await checkReadiness(address, brief(running), version) };
}

async function checkReadiness(address: string, running: string, version: string): Promise<Finding> {
  const facts = { address, version: running };
  const unready = await whyNotReady(address);
  if (unready !== undefined) {
    return failure("server", `Chatterbox ${running} at ${address} ${unready}`, "see its log", facts);
  }
  if (running !== version) {
    return warning(
      "server",
      `Chatterbox ${running} is running at ${address}, but this is ${version}`,
      "restart the server with this version",
      facts,
    );
  }
  return ok("server", `Chatterbox ${running} at ${address} is ready`, facts);
}

/** Undefined when the server is ready. */
export async function whyNotReady(address: string): Promise<string | undefined> {
  const ready = await ask(`${address}/readyz`);
  if (typeof ready === "string") return `no response (${ready})`;
  if (ready.status === 200 && ready.body.status === "ok") return undefined;
  return `is not ready (${brief(String(ready.body.detail ?? `status ${ready.status}`))})`;
}
