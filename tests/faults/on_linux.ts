const isLinux = Deno.build.os === "linux";

/** A test that looks at the program from outside, by what Linux tells of a process; loudly ignored elsewhere. */
export function onLinux(
  name: string,
  fn: (context: Deno.TestContext) => Promise<void>,
  { ignore = false } = {},
): void {
  Deno.test({ name: isLinux ? name : `${name} (ignored: needs Linux)`, ignore: ignore || !isLinux, fn });
}
