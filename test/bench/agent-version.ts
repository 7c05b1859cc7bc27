import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import * as v from "valibot";
import { UsageError } from "../../lib/admin/command-line.ts";
import { studioPython } from "../studio/python.ts";

const run = promisify(execFile);
const Stripper = v.object({ stripPython: v.function() });

/** Another version of the repository: a folder with its files, and what it is called. */
export type AgentVersion = { readonly name: string; readonly folder: string };

/**
 * The version that a git revision or a folder is; a revision's files are put below `into`. Throws a `UsageError` where
 * it is neither.
 */
export async function findVersion(name: string, into: string): Promise<AgentVersion> {
  if (existsSync(join(name, "lcc"))) return { name, folder: resolve(name) };
  const folder = join(into, "former");
  await mkdir(folder, { recursive: true });
  try {
    await run("git", ["archive", "--output", join(into, "former.tar"), name, "lcc"]);
    await run("tar", ["-xf", join(into, "former.tar"), "-C", folder]);
  } catch (cause) {
    throw new UsageError(`--former takes a git revision or a folder of this project, not ${JSON.stringify(name)}.`, {
      cause,
    });
  }
  return { name, folder };
}

/** A script that leaves that version's agent behind, as its on-start.sh would once it has the agent's program. */
export async function startOf(version: AgentVersion, into: string): Promise<string> {
  return `"$PYTHON_EXECUTABLE" -I -S ${await writeProgram(version, into)} supervise\n`;
}

/** Writes the program as apps ran it: an archive of the package, and before there was one, a file without comments. */
async function writeProgram({ folder }: AgentVersion, into: string): Promise<string> {
  const lcc = join(folder, "lcc");
  if (existsSync(join(lcc, "agent"))) {
    const program = join(into, "agent-former.zip");
    await run(await studioPython(), ["-m", "zipapp", join(lcc, "agent"), "--output", program]);
    return program;
  }
  const program = join(into, "agent-former.py");
  const { stripPython } = v.parse(Stripper, await import(pathToFileURL(join(lcc, "strip-python.ts")).href));
  await writeFile(program, String(stripPython(await readFile(join(lcc, "agent.py"), "utf8"))));
  return program;
}
