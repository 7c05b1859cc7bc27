// The linters of what is not TypeScript: ruff and mypy for the agent, shellcheck for the shell scripts.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildOnStart } from "../../lcc/build.ts";
import { devTools } from "../studio/python.ts";

const { bin } = await devTools();
const builtScript = await buildOnStart();

run("ruff", ["check", "lcc", "test"]);
run("mypy", ["--strict", "lcc/agent"]);
run("shellcheck", ["lcc/on-start.sh", ".ci/run"]);
run("shellcheck", ["-"], builtScript);

function run(tool: string, args: string[], input = ""): void {
  const { status, error } = spawnSync(join(bin, tool), args, { input, stdio: ["pipe", "inherit", "inherit"] });
  if (status === 0) return;
  process.stderr.write(
    `${tool} ${args.join(" ")} ${error ? `did not run: ${error.message}` : `exited with ${String(status)}`}\n`,
  );
  process.exitCode = 1;
}
