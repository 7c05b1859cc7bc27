import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import * as v from "valibot";
import { readServerlessYml } from "../serverless-yml.ts";
import { median } from "./figures.ts";

const RUNS = 9;
const run = promisify(execFile);

const Bundling = v.object({
  bundle: v.boolean(),
  minify: v.boolean(),
  format: v.literal("esm"),
  target: v.string(),
  mainFields: v.array(v.string()),
  alias: v.record(v.string(), v.string()),
});
const Serverless = v.object({ custom: v.object({ esbuild: Bundling }) });

/**
 * Each function as serverless.yml has it bundled: the size of its one file, and what importing it takes beside a Node
 * that imports nothing.
 */
export async function measureBundle(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "studio-reaper-bench-"));
  try {
    const names = (await readdir("handlers")).map((file) => basename(file, ".ts"));
    return await Array.fromAsync(names, async (name) => {
      const outfile = join(folder, `${name}.mjs`);
      await bundleAsDeployed(`handlers/${name}.ts`, outfile);
      const imports: number[] = [];
      for (let i = 0; i < RUNS; i++) imports.push(await importMilliseconds(outfile));
      const kilobytes = Math.round((await stat(outfile)).size / 1000);
      return `${name} bundle: ${kilobytes} KB, imported in ${median(imports).toFixed(0)} ms (median of ${RUNS})`;
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Bundles a module into one file, as serverless.yml has the functions bundled. */
export async function bundleAsDeployed(entry: string, outfile: string): Promise<void> {
  const { custom } = v.parse(Serverless, await readServerlessYml());
  await build({ ...custom.esbuild, entryPoints: [entry], outfile, platform: "node", logLevel: "error" });
}

async function importMilliseconds(file: string): Promise<number> {
  const script = `
    const start = performance.now();
    await import(${JSON.stringify(file)});
    console.log(performance.now() - start);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, AWS_REGION: "us-east-1" },
  });
  return Number(stdout);
}
