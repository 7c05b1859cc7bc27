import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, readFile, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "../../lib/admin/command-line.ts";
import { type Versions, hostPython, install, makeVenv } from "./host-python.ts";
import { oneAtATime } from "./lock.ts";

const environments = resolve(import.meta.dirname, "../../.venv");
const requirementsFolder = resolve(import.meta.dirname, "../python");

/** What the tests run beside the Studio: moto, the AWS CLI, the Python linters. */
export type DevTools = { python: string; bin: string };

/**
 * The Python that embedded apps run on: JupyterLab, ipykernel, boto3. Made on the first call, which the signal gives
 * up.
 */
export async function studioPython(signal?: AbortSignal): Promise<string> {
  return join(await environment("studio", ["requirements.txt"], signal), "bin/python");
}

/** A Python with a Jupyter server before 2.15 and without boto3. Made on the first call. */
export async function oldServerPython(): Promise<string> {
  return join(
    await environment("old-server", ["requirements-old-server.txt", "constraints-old-server.txt"]),
    "bin/python",
  );
}

/** The tools' own environment, because the AWS CLI pins its dependencies. Made on the first call. */
export async function devTools(): Promise<DevTools> {
  const bin = join(await environment("dev", ["requirements-dev.txt"]), "bin");
  return { python: join(bin, "python"), bin };
}

async function environment(
  name: string,
  files: readonly [requirements: string, constraints?: string],
  signal?: AbortSignal,
): Promise<string> {
  const link = join(environments, name);
  const [requirements, constraints = "constraints.txt"] = files;
  const versions: Versions = {
    requirements: join(requirementsFolder, requirements),
    constraints: join(requirementsFolder, constraints),
  };
  const key = await keyOf(Object.values(versions));
  if (await isReady(link, key)) return link;
  await mkdir(environments, { recursive: true });
  const makeUnlessReady = async (): Promise<void> => {
    if (!(await isReady(link, key))) await make({ link, key, versions, signal });
  };
  await oneAtATime(`${link}.lock`, makeUnlessReady, signal);
  return link;
}

type Making = { link: string; key: string; versions: Versions; signal: AbortSignal | undefined };

// Built beside, then put in place by one rename: nobody ever sees half an environment, whatever ends this process.
async function make({ link, key, versions, signal }: Making): Promise<void> {
  process.stderr.write(`Making the Python environment .venv/${basename(link)} (once)\n`);
  const folder = `${link}-${key}-${randomUUID().slice(0, 8)}`;
  try {
    await makeVenv(await hostPython(), folder, signal);
    await install(folder, versions, signal);
  } catch (error) {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
  await symlink(basename(folder), `${folder}.link`);
  await rename(`${folder}.link`, link);
  await removeOthers(link, folder);
}

async function removeOthers(link: string, kept: string): Promise<void> {
  const others = (await readdir(environments)).filter(
    (entry) => entry.startsWith(`${basename(link)}-`) && entry !== basename(kept),
  );
  await Promise.all(others.map((entry) => rm(join(environments, entry), { recursive: true, force: true })));
}

async function isReady(link: string, key: string): Promise<boolean> {
  const target = await readlink(link).catch(() => "");
  const hasPython = await access(join(link, "bin/python")).then(
    () => true,
    () => false,
  );
  return hasPython && target.startsWith(`${basename(link)}-${key}-`);
}

async function keyOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(file));
  return hash.digest("hex").slice(0, 12);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runCommand(async () => {
    await Promise.all([studioPython(), devTools(), oldServerPython()]);
    return 0;
  });
}
