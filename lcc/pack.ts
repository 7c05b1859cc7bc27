import { readFile, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { zipSync } from "fflate";
import lzma from "lzma";

/** Any date would do, as long as it is always the same one; this is the first that a zip file can have. */
const FIXED_DATE = new Date(1980, 0, 1);

/** The mode whose dictionary is just larger than any archive that Parameter Store takes. */
const LZMA_MODE = 3;

/**
 * Makes one zip file of the agent's files in a folder, which Python runs as it is. The same files give the same bytes.
 */
export async function zipAgent(folder: string): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const name of await agentFiles(folder)) files[name] = await readFile(join(folder, name));
  return zipSync(files, { level: 0, mtime: FIXED_DATE });
}

/**
 * Packs the agent's files in a folder for Parameter Store: the zip file, compressed as a whole. The same files give the
 * same bytes on every machine, which is why the compressor is JavaScript: the output of zlib, for one, depends on the
 * CPU.
 */
export async function packAgent(folder: string): Promise<Uint8Array> {
  return Uint8Array.from(lzma.compress(await zipAgent(folder), LZMA_MODE));
}

/**
 * The paths of the Python files, and of the JupyterLab extension's, below a folder, with slashes, in the order of their
 * characters.
 */
async function agentFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(py|js)$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}
