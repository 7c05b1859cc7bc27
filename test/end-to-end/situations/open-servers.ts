import { leaveBehind, leaveOpen, typeAndLeave, untilRuns, type AnyUser } from "./acting.ts";
import type { Scene, Situation } from "./situation.ts";

/** Somebody's connection to a server: as a proxy's, of a process that nobody in a terminal started. */
const CONNECT = "import socket, sys, time; client = socket.create_connection(('127.0.0.1', int(sys.argv[1])))";
let nextPort = 20_000 + Math.floor(Math.random() * 10_000);

/** Starts a web server in a terminal, and connects to it from outside; the connection lasts for so many seconds. */
async function serveSomebody(scene: Scene<AnyUser>, seconds: number): Promise<void> {
  const port = nextPort++;
  await typeAndLeave(scene, `${scene.python} -m http.server ${port} --bind 127.0.0.1`);
  await untilRuns(scene, /http\.server/);
  // It listens somewhat later than it runs.
  const connect = `${scene.python} -c "${CONNECT}; time.sleep(${seconds})" ${port}`;
  await scene.user.startUnderServer(`until ${connect}; do sleep .2; done`);
  await untilRuns(scene, /create_connection/);
}

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
