import { readFile, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { zipSync, zlibSync } from "fflate";

/** Any date would do, as long as it is always the same one; this is the first that a zip file can have. */
const FIXED_DATE = new Date(1980, 0, 1);

/**
 * Packs the Python files of a folder into one archive: a zip file that Python runs as it is, deflated as a whole. The same
 * files give the same bytes on every machine, which is why the compressor is JavaScript: zlib's output depends on the CPU.
 */
export async function packAgent(folder: string): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const name of await pythonFiles(folder)) files[name] = await readFile(join(folder, name));
  const zip = zipSync(files, { level: 0, mtime: FIXED_DATE });
  return zlibSync(zip, { level: 9, mem: 12 });
}

/** The paths of the Python files below a folder, with slashes, in the order of their characters. */
async function pythonFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".py"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}
