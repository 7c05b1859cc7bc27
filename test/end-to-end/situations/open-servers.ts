import type { JupyterUser } from "../../browser/jupyter.ts";
import { leaveBehind, leaveOpen, runCell, typeAndLeave, untilRuns, type AnyUser } from "./acting.ts";
import type { Scene, Situation } from "./situation.ts";

/** Somebody's connection to a server: as a proxy's, of a process that nobody in a terminal started. */
const CONNECT = "import socket, sys, time; client = socket.create_connection(('127.0.0.1', int(sys.argv[1])))";
let nextPort = 20_000 + Math.floor(Math.random() * 10_000);

/** Starts a web server in a terminal, and connects to it from outside; the connection lasts for so many seconds. */
async function serveSomebody(scene: Scene<AnyUser>, seconds: number): Promise<void> {
  const port = nextPort++;
  await typeAndLeave(scene, `${scene.python} -m http.server ${port} --bind 127.0.0.1`);
  await connect(scene, port, seconds);
}

/** Connects to a port from outside for so many seconds, as soon as something listens there. */
async function connect(scene: Scene<AnyUser>, port: number, seconds: number): Promise<void> {
  const client = `${scene.python} -c "${CONNECT}; time.sleep(${seconds})" ${port}`;
  await scene.user.startUnderServer(`until ${client}; do sleep .2; done`);
  await untilRuns(scene, /create_connection/);
}

/** Has an extension start a web server, as one for TensorBoard does, and connects to it through a proxy. */
async function serveThroughProxy(scene: Scene<AnyUser>, seconds: number): Promise<void> {
  const port = nextPort++;
  await scene.user.startUnderServer(`exec ${scene.python} -m http.server ${port} --bind 127.0.0.1`);
  await connect(scene, port, seconds);
}

/** Serves a page from a thread of an idle kernel, as notebooks' dashboards do. */
const servePage = (scene: Scene<JupyterUser>, port: number) =>
  runCell(
    scene,
    [
      "import http.server, threading",
      `server = http.server.ThreadingHTTPServer(('127.0.0.1', ${port}), http.server.SimpleHTTPRequestHandler)`,
      "threading.Thread(target=server.serve_forever, daemon=True).start()",
    ].join("\n"),
  );

/** Servers that somebody left open, and the same with somebody at them. */
export const OPEN_SERVERS: readonly Situation<AnyUser>[] = [
  {
    name: "a web server in a terminal, nobody connected",
    must: "stop",
    crossSection: ["jupyter"],
    act: leaveOpen((python) => `${python} -m http.server 0 --bind 127.0.0.1`, /http\.server/),
  },
  {
    name: "a web server in a terminal, with somebody connected",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => serveSomebody(scene, 3600),
  },
  {
    name: "a web server in a terminal, whose last connection is gone",
    must: "stop",
    act: async (scene) => {
      await serveSomebody(scene, 9);
      return Date.now();
    },
  },
  {
    name: "a server that somebody left behind and nobody asks anything",
    must: "stop",
    act: (scene) =>
      leaveBehind(
        scene,
        /python -m http\.server/,
        `setsid ${scene.python} -m http.server 0 --bind 127.0.0.1 >/dev/null 2>&1 </dev/null &`,
      ),
  },
];

/** What is served in an app of JupyterLab without a terminal, and reached through the Jupyter server's proxy. */
export const PROXIED_SERVERS: readonly Situation<JupyterUser>[] = [
  {
    name: "a web server that the server started, with somebody connected",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => serveThroughProxy(scene, 3600),
  },
  {
    name: "a web server that the server started, whose last connection is gone",
    must: "stop",
    act: async (scene) => {
      await serveThroughProxy(scene, 9);
      return Date.now();
    },
  },
  {
    name: "a page that an idle kernel serves, with somebody connected",
    must: "stay",
    because: /busy-kernel/,
    crossSection: ["jupyter"],
    act: async (scene) => {
      const port = nextPort++;
      await servePage(scene, port);
      await connect(scene, port, 3600);
    },
  },
  {
    name: "a page that an idle kernel serves, nobody connected",
    must: "stop",
    act: async (scene) => {
      await servePage(scene, 0);
      return Date.now() - 1000;
    },
  },
];
