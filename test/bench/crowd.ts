import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Standing, stand } from "../lcc/stand-ins.ts";

/** What makes looking at an app dear: as much of everything as one is likely to have. */
export const CROWD = { kernels: 50, processes: 200, files: 100_000 } as const;

const DATA_FOLDERS = 8;
const FILES_A_DATA_FOLDER = 11_000;
const FILES_A_FOLDER = 100;

export type JupyterStandIn = Standing & { kernelIds: string[]; kernelsAsked: () => number };

/**
 * A Jupyter server with many idle kernels, each in a session, and a terminal; counts how often its kernels are asked
 * for.
 */
export async function standInJupyter(): Promise<JupyterStandIn> {
  const last_activity = new Date().toISOString();
  const kernels = Array.from({ length: CROWD.kernels }, () => ({
    id: randomUUID(),
    name: "python3",
    last_activity,
    execution_state: "idle",
    connections: 1,
  }));
  const sessions = kernels.map((kernel, i) => ({
    id: randomUUID(),
    path: `notebook-${i}.ipynb`,
    name: "",
    type: "notebook",
    kernel,
  }));
  const answers = new Map<string, unknown>([
    ["kernels", kernels],
    ["sessions", sessions],
    ["terminals", [{ name: "1", last_activity }]],
  ]);
  let kernelsAsked = 0;
  const standing = await stand((request, response) => {
    const [, what = ""] = /^\/jupyterlab\/default\/api\/(\w+)/.exec(request.url ?? "") ?? [];
    if (what === "kernels") kernelsAsked++;
    response
      .writeHead(answers.has(what) ? 200 : 404, { "content-type": "application/json" })
      .end(JSON.stringify(answers.get(what) ?? {}));
  });
  return { ...standing, kernelIds: kernels.map(({ id }) => id), kernelsAsked: () => kernelsAsked };
}

/** Fills a home: most files as data in a few big folders, the others in many small ones. */
export function fillHome(home: string): void {
  const data = Array.from({ length: DATA_FOLDERS }, (_, i) => ({
    folder: join(home, "data", `set-${i}`),
    files: FILES_A_DATA_FOLDER,
    endings: ["jpg"],
  }));
  const others = (CROWD.files - DATA_FOLDERS * FILES_A_DATA_FOLDER) / FILES_A_FOLDER;
  const work = Array.from({ length: others }, (_, i) => ({
    folder: join(home, `area-${i % 6}`, `project-${i}`),
    files: FILES_A_FOLDER,
    endings: ["py", "ipynb", "csv", "png", "parquet"],
  }));
  for (const { folder, files, endings } of [...data, ...work]) {
    mkdirSync(folder, { recursive: true });
    for (let i = 0; i < files; i++) writeFileSync(join(folder, `file-${i}.${endings[i % endings.length] ?? ""}`), "x");
  }
}

const shellOnTerminal = `
import os, pty
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("bash", ["bash", "-i"])
try:
    while os.read(terminal, 4096): pass
except OSError: pass`;

/**
 * A script that leaves many sleeping processes behind, half of them kernels with a child each, and a shell on a
 * terminal.
 */
export function crowdScript(kernelIds: readonly string[]): string {
  return `
exec >/dev/null 2>&1 </dev/null
for id in ${kernelIds.join(" ")}; do
  sh -c 'sleep 3600 & wait' python -m ipykernel_launcher -f "/runtime/kernel-$id.json" &
done
for i in $(seq ${CROWD.processes - 2 * kernelIds.length}); do sleep 3600 & done
python3 -c '${shellOnTerminal}' &
`;
}
