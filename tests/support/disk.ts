import { join } from "node:path";

/** A small file system of the test's own, which can be filled, or fail. */
export class Disk implements AsyncDisposable {
  readonly path: string;
  /** The file that holds it, when it is not in memory. */
  readonly #image: string | undefined;

  constructor(path: string, image?: string) {
    this.path = path;
    this.#image = image;
  }

  /** Leaves no byte free. */
  fill(): void {
    using file = Deno.openSync(join(this.path, "filler"), { write: true, create: true, append: true });
    for (let block = new Uint8Array(65_536); block.length > 0;) {
      try {
        if (file.writeSync(block) === 0) break;
      } catch {
        // The rest may be less than a block.
        block = block.subarray(0, block.length >> 1);
      }
    }
  }

  /** Undoes `fill`. */
  async free(): Promise<void> {
    await Deno.remove(join(this.path, "filler"));
  }

  /** Makes it read-only, as the kernel does after an error. Only for a `journaledDisk`. */
  async fail(): Promise<void> {
    await run("mount", "-o", "remount,abort", this.path);
  }

  /** Checks and repairs it, as after a reboot. Nothing may have a file open. */
  async repair(): Promise<void> {
    await run("umount", this.path);
    await run("e2fsck", "-fy", this.#image!);
    await run("mount", "-o", "loop", this.#image!, this.path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run("umount", "--lazy", this.path);
    await Deno.remove(this.path);
    if (this.#image !== undefined) await Deno.remove(this.#image);
  }
}

/** Whether this process may mount file systems. */
export async function canMount(): Promise<boolean> {
  return await memoryDisk(65_536).then((disk) => disk[Symbol.asyncDispose]()).then(() => true, () => false);
}

/** A file system of this many bytes, in memory. Needs root. */
export async function memoryDisk(bytes: number): Promise<Disk> {
  const path = await Deno.makeTempDir({ prefix: "chatterbox-disk-" });
  try {
    await run("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path);
  } catch (error) {
    await Deno.remove(path);
    throw error;
  }
  return new Disk(path);
}

/** A file system of this many bytes, in a file, with a journal. Needs root, and mkfs.ext4. */
export async function journaledDisk(bytes: number): Promise<Disk> {
  const image = await Deno.makeTempFile({ prefix: "chatterbox-disk-" });
  const path = await Deno.makeTempDir({ prefix: "chatterbox-disk-" });
  await Deno.truncate(image, bytes);
  await run("mkfs.ext4", "-q", "-F", image);
  await run("mount", "-o", "loop", image, path);
  return new Disk(path, image);
}

async function run(file: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(file, { args, stdout: "null", stderr: "piped" }).output();
  // e2fsck exits with 1 when it has repaired something.
  const fine = file === "e2fsck" ? code <= 1 : code === 0;
  if (!fine) throw new Error(`Cannot run ${file} ${args.join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
}
