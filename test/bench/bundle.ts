import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { median } from "./figures.ts";

const RUNS = 9;
const run = promisify(execFile);

/** The sweep as it is deployed: the size of its one file, and what importing it takes beside a Node that imports nothing. */
export async function measureBundle(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "studio-reaper-bench-"));
  try {
    const outfile = join(folder, "sweep.mjs");
    await build({ entryPoints: ["handlers/sweep.ts"], outfile, bundle: true, minify: true, platform: "node", target: "node24", format: "esm", mainFields: ["module", "main"], logLevel: "error" });
    const imports: number[] = [];
    for (let i = 0; i < RUNS; i++) imports.push(await importMilliseconds(outfile));
    return [`sweep bundle: ${Math.round((await stat(outfile)).size / 1000)} KB, imported in ${median(imports).toFixed(0)} ms (median of ${RUNS})`];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function importMilliseconds(file: string): Promise<number> {
  const script = `const start = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - start);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { env: { ...process.env, AWS_REGION: "us-east-1" } });
  return Number(stdout);
}
