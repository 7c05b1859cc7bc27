import { open } from "node:fs/promises";
import { parseArgs, type ParseArgsConfig } from "node:util";
import * as v from "valibot";
import { ParameterPrefix } from "../domain/parameter-prefix.ts";

/** A command that was called wrongly; the message is one sentence that names the argument and what is accepted. */
export class UsageError extends Error {}

/** What this machine lacks; the message is one sentence that names what to install. */
export class SetupError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;

type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>>;

/**
 * The options on a command line, this process' own unless another is given. Throws a `UsageError` for whatever is not
 * one of them.
 */
export function readOptions<const T extends Options>(options: T, args?: string[]): Parsed<T>["values"] {
  return readNamesAndOptions(options, { names: 0, args }).values;
}

/** The same of a command that takes names, too, at most so many; they are `positionals`. */
export function readNamesAndOptions<const T extends Options>(
  options: T,
  { names, args = process.argv.slice(2) }: { names: number; args?: string[] | undefined },
): Parsed<T> {
  try {
    const parsed = parseArgs({ options, args, allowPositionals: true });
    const tooMany = parsed.positionals[names];
    if (tooMany === undefined) return parsed;
    throw new UsageError(`Unexpected argument '${tooMany}': --help says what is accepted.`);
  } catch (error) {
    if (!hasCode(error, /^ERR_PARSE_ARGS_/)) throw error;
    const [sentence = ""] = error.message.split(/\.?\n|\. /);
    throw new UsageError(`${sentence}: --help says what is accepted.`, { cause: error });
  }
}

/** A whole number within bounds. Throws a `UsageError` for any other text. */
export function readWhole(option: string, text: string, [least, most]: readonly [least: number, most: number]): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new UsageError(`${option} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
}

const UNITS = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
]);

/** A duration such as 90s, 20m or 1h within bounds, in seconds. Throws a `UsageError` for any other text. */
export function readDuration(
  option: string,
  text: string,
  [least, most]: readonly [least: number, most: number],
): number {
  const [, number = "", unit = ""] = /^(\d+)([smh])$/.exec(text) ?? [];
  const seconds = Number(number) * (UNITS.get(unit) ?? NaN);
  if (seconds >= least && seconds <= most) return seconds;
  const accepted = `a duration such as 90s, 20m or 1h, from ${least}s to ${most}s`;
  throw new UsageError(`${option} takes ${accepted}, not ${JSON.stringify(text)}.`);
}

/** What the parameters' names begin with. Throws a `UsageError` for any text that they cannot. */
export function readPrefix(text: string): string {
  const parsed = v.safeParse(ParameterPrefix, text);
  if (parsed.success) return parsed.output;
  throw new UsageError(`--prefix: ${parsed.issues[0].message}, not ${JSON.stringify(text)}.`);
}

/** Opens a file for writing, as the one that an option names. Throws a `UsageError` where that cannot be done. */
export async function openForWriting(option: string, path: string): Promise<NodeJS.WritableStream> {
  try {
    return (await open(path, "w")).createWriteStream();
  } catch (cause) {
    throw new UsageError(`${option} takes a file that can be written, not ${JSON.stringify(path)}.`, { cause });
  }
}

/**
 * Runs a command and sets the exit code that it answers. What a person can mend is one sentence on stderr: exit code 2
 * where the command was called wrongly, 1 where this machine lacks something.
 */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (error instanceof UsageError) fail(error, 2);
    else if (error instanceof SetupError || hasCode(error, /^(EADDRINUSE|EACCES)$/)) fail(error, 1);
    else throw error;
  }
}

function fail({ message }: Error, exitCode: number): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}

function hasCode(error: unknown, code: RegExp): error is Error {
  return error instanceof Error && "code" in error && code.test(String(error.code));
}
