// The linters of what is not TypeScript: ruff and mypy for the agent, shellcheck for the shell scripts.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildOnStart } from "../../lcc/build.ts";
import { devTools } from "../studio/python.ts";

const { bin } = await devTools();
const builtScript = await buildOnStart();
const agentFolders = ["lcc/agent", "test/lcc/agent"];

run("ruff", ["format", "--quiet", "--check", "lcc", "test"]);
run("ruff", ["check", "--quiet", "lcc", "test"]);
// The agent's modules import each other by their bare names, as they do in the archive.
run("mypy", ["--strict", "--explicit-package-bases", "--no-error-summary", ...agentFolders], {
  env: { MYPYPATH: agentFolders.join(":") },
});
run("shellcheck", ["lcc/on-start.sh", ".ci/run"]);
run("shellcheck", ["-"], { input: builtScript });

function run(tool: string, args: string[], { input = "", env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {}) {
  const { status, error } = spawnSync(join(bin, tool), args, {
    input,
    env: { ...process.env, ...env },
    stdio: ["pipe", "inherit", "inherit"],
  });
  if (status === 0) return;
  process.stderr.write(
    `${tool} ${args.join(" ")} ${error ? `did not run: ${error.message}` : `exited with ${String(status)}`}\n`,
  );
  process.exitCode = 1;
}
