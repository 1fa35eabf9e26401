import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "../settings/config.ts";

/** Parses the arguments of a subcommand: flags, and up to `most` positionals. Throws `UsageError`. */
export function readArguments<Options extends NonNullable<ParseArgsConfig["options"]>>(
  subcommand: string,
  args: string[],
  { options, most }: { options: Options; most: number },
) {
  try {
    const { values, positionals } = parseArgs({ args, options, strict: true, allowPositionals: most > 0 });
    const extra = positionals[most];
    if (extra !== undefined) throw new Error(`Unexpected argument "${extra}"`);
    return { values, positionals };
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(/\.\s|\n/)[0]}; see chatterbox ${subcommand} --help`);
  }
}
