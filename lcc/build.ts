/** Builds the lifecycle configuration: one self-contained script with the agent packed inside. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import process, { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { stripPython } from "./strip-python.ts";

/** What a lifecycle configuration may have: 16 384 base64 characters. */
export const MAX_SCRIPT_BYTES = 12_288;

const builtFile = new URL("../build/on-start.sh", import.meta.url);

/** The text of the script that Studio runs at an app's start, for the parameters under one prefix. */
export async function buildOnStart({ prefix = "/studio-reaper" }: { prefix?: string } = {}): Promise<string> {
  if (!/^(\/[\w.-]+)+$/.test(prefix))
    throw new Error(`The prefix must look like /studio-reaper, not ${JSON.stringify(prefix)}`);
  const template = await readFile(new URL("on-start.sh", import.meta.url), "utf8");
  const agent = await readFile(new URL("agent/__main__.py", import.meta.url), "utf8");
  return checked(
    fill(fill(template, ":-/studio-reaper}", `:-${prefix}}`), "@PACKED_AGENT@", await pack(stripPython(agent))),
  );
}

function fill(template: string, place: string, text: string): string {
  if (template.split(place).length !== 2) throw new Error(`on-start.sh must have ${place} once`);
  return template.replace(place, () => text);
}

function checked(script: string): string {
  const bytes = Buffer.byteLength(script);
  if (bytes > MAX_SCRIPT_BYTES)
    throw new Error(`on-start.sh has ${bytes} bytes, a lifecycle configuration at most ${MAX_SCRIPT_BYTES}`);
  if (script.includes("\r"))
    throw new Error("on-start.sh has a carriage return, over which the shell in the app would stumble");
  return script;
}

/** Packs with zopfli, which searches longer than zlib for the same format: two hundred bytes less, for half a second. */
async function pack(source: string): Promise<string> {
  const { deflate } = await loadZopfli();
  const packed = await promisify<Uint8Array, { numiterations: number }, Uint8Array>(deflate)(Buffer.from(source), {
    numiterations: 200,
  });
  return base93(packed).replace(/.{1,500}/g, "\n$&") + "\n";
}

/** Its WebAssembly comes with listeners that would have every error of this process print all of it: they are taken off again. */
async function loadZopfli(): Promise<typeof import("@gfx/zopfli")> {
  const [exceptions, rejections] = [process.listeners("uncaughtException"), process.listeners("unhandledRejection")];
  const zopfli = await import("@gfx/zopfli");
  for (const listener of process.listeners("uncaughtException"))
    if (!exceptions.includes(listener)) process.off("uncaughtException", listener);
  for (const listener of process.listeners("unhandledRejection"))
    if (!rejections.includes(listener)) process.off("unhandledRejection", listener);
  return zopfli;
}

/** The bytes as one number in the printable ASCII characters but the single quote, so that a shell string can hold it. */
function base93(bytes: Uint8Array): string {
  let number = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (; number > 0n; number /= 93n) {
    const digit = Number(number % 93n) + "!".charCodeAt(0);
    text = String.fromCharCode(digit < "'".charCodeAt(0) ? digit : digit + 1) + text;
  }
  return text;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const script = await buildOnStart();
  await mkdir(new URL(".", builtFile), { recursive: true });
  await writeFile(builtFile, script, { mode: 0o755 });
  console.log(`build/on-start.sh: ${Buffer.byteLength(script)} of ${MAX_SCRIPT_BYTES} bytes`);
}
