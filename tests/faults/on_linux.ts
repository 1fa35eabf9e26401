const isLinux = Deno.build.os === "linux";

/** A test that reads the program's state from Linux's /proc; visibly ignored elsewhere. */
export function onLinux(
  name: string,
  fn: (context: Deno.TestContext) => Promise<void>,
  { ignore = false } = {},
): void {
  Deno.test({ name: isLinux ? name : `${name} (ignored: needs Linux)`, ignore: ignore || !isLinux, fn });
}
