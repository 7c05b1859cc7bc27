import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { type Standing, stand } from "../lcc/stand-ins.ts";

/** What makes looking at an app dear: as much of everything as one is likely to have. */
export const CROWD = { kernels: 50, processes: 200, files: 100_000 } as const;

const DATA_FOLDERS = 8;
const FILES_A_DATA_FOLDER = 11_000;
const FILES_A_FOLDER = 100;
const PONG = Buffer.from([0x8a, 0]);

export type JupyterStandIn = Standing & { kernelIds: string[]; kernelsAsked: () => number };

/** What a Jupyter server tells its event stream's subscribers of a question for its folder. */
const FOLDER_ASKED = textFrame({
  schema_id: "https://events.jupyter.org/jupyter_server/contents_service/v1",
  action: "get",
  path: "",
});

/**
 * A Jupyter server with many idle kernels, each in a session, a terminal, and an event stream that tells only of
 * questions for its folder, as nobody is there; counts how often its kernels are asked for.
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
    ["contents", { name: "", path: "", type: "directory", content: null }],
  ]);
  const streams: Duplex[] = [];
  let kernelsAsked = 0;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const [, what = ""] = /^\/jupyterlab\/default\/api\/(\w+)/.exec(request.url ?? "") ?? [];
    if (what === "kernels") kernelsAsked++;
    if (what === "contents") for (const stream of streams) stream.write(FOLDER_ASKED);
    response
      .writeHead(answers.has(what) ? 200 : 404, { "content-type": "application/json" })
      .end(JSON.stringify(answers.get(what) ?? {}));
  };
  const standing = await stand(answer, 0, (request, connection) => {
    openStream(request, connection);
    streams.push(connection);
  });
  return { ...standing, kernelIds: kernels.map(({ id }) => id), kernelsAsked: () => kernelsAsked };
}

/** A short text of a websocket's server (RFC 6455). */
function textFrame(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from([0x81, payload.length]), payload]);
}

/** Accepts a websocket (RFC 6455), and answers each of its client's pings. */
function openStream({ headers }: IncomingMessage, connection: Duplex): void {
  const key = `${headers["sec-websocket-key"] ?? ""}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  connection.write([...head, `Sec-WebSocket-Accept: ${accept}`, "", ""].join("\r\n"));
  connection.on("data", () => connection.write(PONG));
  connection.on("end", () => connection.destroy());
  connection.on("error", () => undefined);
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

const onTerminal = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
try:
    while os.read(terminal, 4096): pass
except OSError: pass`;

/**
 * A script that leaves many processes behind: kernels with a child each, sleeping ones, and on a terminal each a shell,
 * a Python prompt and a server that nobody uses.
 */
export function crowdScript(kernelIds: readonly string[], folder: string): string {
  return `
exec >/dev/null 2>&1 </dev/null
for id in ${kernelIds.join(" ")}; do
  PYTHONPATH='${join(import.meta.dirname, "crowd")}' python3 -m ipykernel_launcher -f '${folder}'/kernel-$id.json &
done
for i in $(seq ${CROWD.processes - 2 * kernelIds.length}); do sleep 3600 & done
for command in "bash -i" "python3 -q" "bash -i -c 'python3 -m http.server 0; true'"; do
  eval "python3 -c '${onTerminal}' $command" &
done
`;
}
