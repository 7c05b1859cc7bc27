// `npm start`: the whole loop at work on this machine, from real Jupyter servers to DeleteApp.
import { createWriteStream } from "node:fs";
import { parseArgs } from "node:util";
import { Account } from "../account/account.ts";
import { startStudio } from "../studio/index.ts";
import { settleForEndpoint } from "./credentials.ts";
import { loadHandler } from "./handler.ts";
import { runShow, type Ending } from "./show.ts";
import { SEES_PROCESSES, SITUATIONS } from "./situations.ts";
import { createView } from "./table.ts";

const HELP = `Starts an embedded Studio with ${SITUATIONS.length} real Jupyter apps, each in a situation of its own and with the agent
inside, and sweeps it with the real Lambda handler until the idle apps are gone.

  npm start -- [options]

  --idle SECONDS         after how long an app counts as idle (25)
  --sweep-every SECONDS  how long between two sweeps (4)
  --logs FILE            where the function's logs and metrics go (nowhere)
  --help                 this
`;

const { values } = parseArgs({
  options: {
    idle: { type: "string", default: "25" },
    "sweep-every": { type: "string", default: "4" },
    logs: { type: "string", default: "/dev/null" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const idleSeconds = readSeconds("--idle", values.idle, 10);
  const sweepSeconds = readSeconds("--sweep-every", values["sweep-every"], 1);
  say("Starting an embedded Studio: SageMaker and Parameter Store on one port, real Jupyter servers as its apps.");
  await using studio = await startStudio({ instances: "jupyter" });
  process.env["AWS_ENDPOINT_URL"] = studio.endpoint;
  settleForEndpoint(process.env);
  say(
    `Ready at ${studio.endpoint}. ${SITUATIONS.length} apps start; one that is idle for ${idleSeconds} s will be stopped.`,
  );
  if (!SEES_PROCESSES)
    say("This system has no /proc: terminals, jobs and CPU cannot be seen here, so only kernels and files count.");

  const invoke = await loadHandler(createWriteStream(values.logs));
  const view = createView(process.stdout);
  const onSweep = (rows: Parameters<typeof view.show>[0], sweeps: number) => {
    view.show(rows, `\nAfter sweep ${sweeps}:`);
  };
  const endings = await runShow(new Account(studio), invoke, { idleSeconds, sweepSeconds, onSweep });
  view.end();
  say(`\n${endings.map(describe).join("\n")}`);
  const wrong = endings.filter(({ situation, deleted }) => deleted !== (situation.expected === "stopped"));
  say(
    wrong.length === 0
      ? "\nThe idle apps are gone, and nobody at work was stopped."
      : `\nThis is wrong: ${wrong.map(({ situation }) => situation.space).join(", ")}.`,
  );
  return wrong.length === 0 ? 0 : 1;
}

function describe({ situation, deleted, lastReason }: Ending): string {
  return `${deleted ? "Stopped" : "Kept   "}  ${situation.space} (${situation.story})\n         ${lastReason}`;
}

function readSeconds(flag: string, text: string, atLeast: number): number {
  const seconds = Number(text);
  if (text.trim() !== "" && Number.isInteger(seconds) && seconds >= atLeast) return seconds;
  throw new Error(`${flag}: expected whole seconds, ${atLeast} or more, got ${JSON.stringify(text)}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
