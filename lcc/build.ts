/** Builds what gets the agent into an app: the lifecycle configuration's script, and the archive that it fetches. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { type AgentArchive, agentPieces } from "../lib/domain/agent-archive.ts";
import { ParameterPrefix } from "../lib/domain/parameter-prefix.ts";
import { packAgent } from "./pack.ts";

/** One page: a lifecycle configuration could have 12 288 bytes, but nobody would read them. */
export const MAX_SCRIPT_BYTES = 4096;

const buildFolder = new URL("../build/", import.meta.url);
const agentFolder = fileURLToPath(new URL("agent", import.meta.url));

type PackedAgent = AgentArchive & { readonly bytes: Uint8Array };

/** Packing takes a second, and the package does not change while a process runs. */
let packed: Promise<PackedAgent> | undefined;

/** The packed agent, with its hash and its pieces. */
export function buildAgent(): Promise<PackedAgent> {
  return (packed ??= packAgent(agentFolder).then((bytes) => ({ bytes, ...agentPieces(bytes) })));
}

/**
 * The text of the script that Studio runs at an app's start: it fetches the agent with this SHA-256, by default that of
 * the repository's agent, below this prefix. Throws where the prefix or the script is none that an app could use.
 */
export async function buildOnStart({
  prefix = "/studio-reaper",
  sha256,
}: { prefix?: string; sha256?: string } = {}): Promise<string> {
  const checked = v.safeParse(ParameterPrefix, prefix);
  if (!checked.success) throw new Error(`The prefix ${JSON.stringify(prefix)}: ${checked.issues[0].message}`);
  const template = await readFile(new URL("on-start.sh", import.meta.url), "utf8");
  const withPrefix = fill(template, ":-/studio-reaper}", `:-${prefix}}`);
  return checkScript(fill(withPrefix, "@AGENT_SHA256@", sha256 ?? (await buildAgent()).sha256));
}

function fill(template: string, place: string, text: string): string {
  if (template.split(place).length !== 2) throw new Error(`on-start.sh must have ${place} once`);
  return template.replace(place, () => text);
}

function checkScript(script: string): string {
  const bytes = Buffer.byteLength(script);
  if (bytes > MAX_SCRIPT_BYTES) throw new Error(`on-start.sh has ${bytes} bytes, more than ${MAX_SCRIPT_BYTES}`);
  if (script.includes("\r"))
    throw new Error("on-start.sh has a carriage return, which the shell in the app cannot read");
  return script;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const agent = await buildAgent();
  const script = await buildOnStart({ sha256: agent.sha256 });
  await mkdir(buildFolder, { recursive: true });
  await writeFile(new URL("agent.lzma", buildFolder), agent.bytes);
  await writeFile(new URL("on-start.sh", buildFolder), script, { mode: 0o755 });
  console.log(`build/on-start.sh: ${Buffer.byteLength(script)} of ${MAX_SCRIPT_BYTES} bytes`);
  console.log(`build/agent.lzma: ${agent.bytes.length} bytes in ${agent.pieces.length} parameters, ${agent.sha256}`);
}
