import { join } from "node:path";

/** A small file system of the test's own, which can be filled. */
export class Disk implements AsyncDisposable {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Leaves no byte free; gives back how much there was. */
  fill(): number {
    const filler = join(this.path, "filler");
    using file = Deno.openSync(filler, { write: true, create: true, append: true });
    const before = file.statSync().size;
    for (let block = new Uint8Array(65_536); block.length > 0;) {
      try {
        if (file.writeSync(block) === 0) break;
      } catch {
        // The last free bytes are fewer than a block.
        block = block.subarray(0, block.length >> 1);
      }
    }
    return file.statSync().size - before;
  }

  /** Undoes `fill`. */
  async free(): Promise<void> {
    await Deno.remove(join(this.path, "filler"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run("umount", "--lazy", this.path);
    await Deno.remove(this.path);
  }
}

/** Mounts a file system of so many bytes. Needs root. */
export async function smallDisk(bytes: number): Promise<Disk> {
  const path = await Deno.makeTempDir({ prefix: "chatterbox-disk-" });
  await run("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path);
  return new Disk(path);
}

async function run(file: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(file, { args, stdout: "null", stderr: "piped" }).output();
  if (!success) throw new Error(`Cannot run ${file} ${args.join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
}
