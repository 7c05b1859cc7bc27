// Formats the Python files; prettier does the rest.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { devTools } from "../studio/python.ts";

const { bin } = await devTools();
process.exitCode = spawnSync(join(bin, "ruff"), ["format", "lcc", "test"], { stdio: "inherit" }).status ?? 1;
