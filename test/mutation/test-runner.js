// Stryker's test runner for the unit tests of the policy and the sweep. It runs them in its own process, in which a
// mutant takes a tenth of the time that a process for each test file does.
import { glob } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import { build } from "esbuild";

const TESTS = "test/lib/{policy,sweep}/**/*.test.ts";
/** It waits for something while it is loaded, which a bundle that is loaded again and again cannot. */
const LEFT_OUT = "test/lib/sweep/fuzzed-policy.test.ts";
const COLLECTOR = resolve(import.meta.dirname, "collected-tests.ts");

class InProcessRunner {
  /** What the mutated code and this runner share. */
  #shared = {};
  #milliseconds = new Map();
  #load = () => [];

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    globalThis.__stryker__ = this.#shared;
    // What a mutant leaves behind must not end the process.
    process.on("unhandledRejection", () => undefined);
    const bundled = new Script(await bundleTests()).runInThisContext();
    const url = pathToFileURL(resolve("test/lib/policy/all.test.ts")).href;
    this.#load = () => bundled(createRequire(COLLECTOR), url);
  }

  async dryRun({ disableBail }) {
    const tests = await this.#run(this.#load(), disableBail);
    const { mutantCoverage } = this.#shared;
    delete this.#shared.mutantCoverage;
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  async mutantRun({ activeMutant, hitLimit, testFilter, mutantActivation, disableBail }) {
    Object.assign(this.#shared, { hitCount: 0, hitLimit });
    const isStatic = mutantActivation === "static";
    try {
      if (isStatic) this.#shared.activeMutant = activeMutant.id;
      // What the modules keep, such as a cache, must not outlive the mutant that made it.
      const tests = this.#load();
      this.#shared.activeMutant = activeMutant.id;
      const wanted = testFilter ? tests.filter(({ name }) => testFilter.includes(name)) : tests;
      const results = await this.#run(this.#fastestFirst(wanted), disableBail);
      const reached = determineHitLimitReached(this.#shared.hitCount, hitLimit);
      return toMutantRunResult(reached ?? { status: DryRunStatus.Complete, tests: results });
    } catch (error) {
      // A mutant with which the modules cannot even be loaded.
      return toMutantRunResult({ status: DryRunStatus.Complete, tests: [failed("loading", error, 0)] });
    } finally {
      delete this.#shared.activeMutant;
    }
  }

  #fastestFirst(tests) {
    const millisecondsOf = ({ name }) => this.#milliseconds.get(name) ?? 0;
    return tests.toSorted((a, b) => millisecondsOf(a) - millisecondsOf(b));
  }

  async #run(tests, goesOn) {
    const results = [];
    for (const { name, run } of tests) {
      this.#shared.currentTestId = name;
      const began = performance.now();
      const took = () => Math.ceil(performance.now() - began);
      try {
        await run();
        this.#milliseconds.set(name, took());
        results.push({ id: name, name, status: TestStatus.Success, timeSpentMs: took() });
      } catch (error) {
        results.push(failed(name, error, took()));
        if (!goesOn) break;
      } finally {
        delete this.#shared.currentTestId;
      }
    }
    return results;
  }
}

function failed(name, error, timeSpentMs) {
  const failureMessage = error instanceof Error ? error.message : String(error);
  return { id: name, name, status: TestStatus.Failed, failureMessage, timeSpentMs };
}

/** A function's text: it loads all tests anew, and answers them. */
async function bundleTests() {
  const files = await Array.fromAsync(glob(TESTS, { exclude: [LEFT_OUT] }));
  const imports = files.sort().map((file) => `import ${JSON.stringify(`./${file}`)};`);
  const { outputFiles } = await build({
    stdin: {
      contents: [...imports, 'export { takeCollected } from "node:test";'].join("\n"),
      resolveDir: process.cwd(),
      loader: "ts",
    },
    alias: { "node:test": COLLECTOR },
    define: { "import.meta.url": "importMetaUrl" },
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node24",
    logLevel: "error",
  });
  return `(function (require, importMetaUrl) { const module = { exports: {} }; let exports = module.exports;
${outputFiles[0].text}
return module.exports.takeCollected(); })`;
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "in-process", InProcessRunner)];
