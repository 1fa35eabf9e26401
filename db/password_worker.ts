/// <reference lib="deno.worker" />
import bcrypt from "bcryptjs";

/** One job at a time: hash a password, or compare it with a hash. Runs beside the event loop, which it would hold for 250 ms. */
export type PasswordJob =
  | { kind: "hash"; password: string; cost: number }
  | { kind: "compare"; password: string; hash: string };

self.onmessage = ({ data }: MessageEvent<PasswordJob>) => {
  self.postMessage(
    data.kind === "hash" ? bcrypt.hashSync(data.password, data.cost) : bcrypt.compareSync(data.password, data.hash),
  );
};

// It is ready.
self.postMessage(true);
