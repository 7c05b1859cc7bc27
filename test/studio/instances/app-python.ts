import { execFile } from "node:child_process";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import { UsageError } from "../../../lib/admin/command-line.ts";

const probe = `
import importlib.util, json, sys
has = lambda name: importlib.util.find_spec(name) is not None
print(json.dumps({
  "executable": sys.executable,
  "hasLab": has("jupyterlab"),
  "hasServer": has("jupyter_server"),
  "hasBoto3": has("boto3"),
}))`;

const Probed = v.object({ executable: v.string(), hasLab: v.boolean(), hasServer: v.boolean(), hasBoto3: v.boolean() });

/** The Python of an app: what serves in it, and which Python the agent runs on. */
export type AppPython = {
  executable: string;
  serverModule: "jupyterlab" | "jupyter_server";
  agentPython: string;
  bin: string;
};

/** Looks what a Python has; the agent runs on the project's own where the app's has no boto3. */
async function appPython(python: string, projectPython: string): Promise<AppPython> {
  const { executable, hasLab, hasServer, hasBoto3 } = await probed(python);
  if (!hasServer)
    throw new UsageError(`--python: ${python} has no jupyter_server. Install it there (pip install jupyter_server).`);
  return {
    executable,
    serverModule: hasLab ? "jupyterlab" : "jupyter_server",
    agentPython: hasBoto3 ? executable : projectPython,
    bin: dirname(executable),
  };
}

/** The Python of each space's apps, each looked at once: at the first launch, or at once where all have the same. */
export async function pythonBySpace(
  python: string | ((spaceName: string) => string),
  projectPython: string,
): Promise<(spaceName: string) => Promise<AppPython>> {
  const known = new Map<string, Promise<AppPython>>();
  const look = (path: string): Promise<AppPython> => {
    const found = known.get(path) ?? appPython(path, projectPython);
    known.set(path, found);
    return found;
  };
  if (typeof python === "function") return (spaceName) => look(python(spaceName));
  await look(python);
  return () => look(python);
}

async function probed(python: string): Promise<v.InferOutput<typeof Probed>> {
  try {
    const { stdout } = await promisify(execFile)(fromCaller(python), ["-c", probe]);
    const json: unknown = JSON.parse(stdout);
    return v.parse(Probed, json);
  } catch (cause) {
    throw new UsageError(`--python: ${python} is not a Python that runs here.`, { cause });
  }
}

// npm runs scripts in the project's folder; a relative path is meant from where the command was typed.
function fromCaller(python: string): string {
  return python.includes("/") ? resolve(process.env["INIT_CWD"] ?? ".", python) : python;
}
