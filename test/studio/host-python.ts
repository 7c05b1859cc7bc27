import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SetupError } from "../../lib/admin/command-line.ts";

const run = promisify(execFile);
const candidates = ["python3", "python", "python3.13", "python3.12", "python3.11", "python3.10"];
const isRecent = "import sys; sys.exit(sys.version_info < (3, 10))";

/** The files that say what an environment has, and in which versions. */
export type Versions = { readonly requirements: string; readonly constraints: string };

/** The first Python of at least 3.10 on the PATH; throws a `SetupError` where there is none. */
export async function hostPython(): Promise<string> {
  for (const candidate of candidates) {
    if (await works(candidate)) return candidate;
  }
  throw new SetupError(
    "Python 3.10 or newer is needed and none is on the PATH: " +
      "install python3 (Debian and Ubuntu: apt install python3 python3-venv).",
  );
}

/** Makes a bare virtual environment; throws a `SetupError` where this Python cannot. */
export async function makeVenv(python: string, folder: string, signal?: AbortSignal): Promise<void> {
  try {
    await run(python, ["-m", "venv", folder], { signal });
  } catch (cause) {
    // Debian and Ubuntu split these modules off into a package of their own.
    if (!/ensurepip|No module named venv/.test(outputOf(cause))) throw cause;
    throw new SetupError(
      `${python} cannot make a virtual environment: ` +
        "install its venv module (Debian and Ubuntu: apt install python3-venv).",
      { cause },
    );
  }
}

/** Installs what a requirements file names, every version held by the constraints. */
export async function install(folder: string, versions: Versions, signal?: AbortSignal): Promise<void> {
  const { requirements, constraints } = versions;
  const quietly = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
  try {
    await run(`${folder}/bin/python`, [...quietly, "-r", requirements, "-c", constraints], { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new SetupError(`pip could not install ${requirements}: ${outputOf(cause).trim()}`, { cause });
  }
}

async function works(python: string): Promise<boolean> {
  try {
    await run(python, ["-c", isRecent]);
    return true;
  } catch {
    return false;
  }
}

function outputOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const parts = ["stdout", "stderr"].map((name) => String(Reflect.get(error, name) ?? ""));
  return parts.join("\n").trim() || error.message;
}
