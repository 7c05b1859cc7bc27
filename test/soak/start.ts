// `npm run soak`: ordinary apps at the real cadence, for as long as a real timeout takes.
import { Account } from "../account/account.ts";
import { startBrowser } from "../browser/chromium.ts";
import { duration } from "../../lib/policy/time.ts";
import {
  openForWriting,
  readDuration,
  readOptions,
  readWhole,
  runCommand,
  UsageError,
} from "../../lib/admin/command-line.ts";
import { setStage } from "../end-to-end/stage.ts";
import { endBy, endSignal } from "../studio/end-signal.ts";
import { pythonBySpace } from "../studio/instances/app-python.ts";
import { oldServerPython, studioPython } from "../studio/python.ts";
import { chooseApps } from "./apps.ts";
import { judgeOutcome } from "./outcome.ts";
import { playSoak, type Played, type SoakOptions } from "./play.ts";
import { clock, drawOutcomes } from "./table.ts";

const HELP = `Plays ordinary apps side by side at the real cadence, on real Jupyter servers with the agent in each, and
sweeps them with the real Lambda handler: idle ones have to stop within the timeout and two minutes,
those at work never. Takes the timeout and about twelve minutes. Exits with 1 where an app was wrong.

  npm run soak -- [options]

  --timeout T        after how long an app counts as idle: 20m, 90s, 1h (20m)
  --apps N           how many apps (24)
  --line L           current, or old: a Jupyter server before 2.15, without JupyterLab (current)
  --python P         a Python that has jupyter_server, for the apps, instead of the project's own
  --sample SECONDS   how long between two looks of an agent (60)
  --sweep SECONDS    how long between two sweeps (60)
  --logs FILE        where the function's logs and metrics go (nowhere)
  --help             this text

With STUDIO_KEEP=1 the apps' folders and their agents' logs stay.
`;

await runCommand(async () => {
  const { help, ...values } = readOptions({
    timeout: { type: "string", default: "20m" },
    apps: { type: "string", default: "24" },
    line: { type: "string", default: "current" },
    python: { type: "string" },
    sample: { type: "string", default: "60" },
    sweep: { type: "string", default: "60" },
    logs: { type: "string", default: "/dev/null" },
    help: { type: "boolean", default: false },
  });
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const timeoutSeconds = readDuration("--timeout", values.timeout, [60, 86_400]);
  const count = readWhole("--apps", values.apps, [1, 200]);
  const sampleSeconds = readWhole("--sample", values.sample, [1, 300]);
  const sweepSeconds = readWhole("--sweep", values.sweep, [1, 3600]);
  const python = values.python ?? (await pythonOf(values.line));
  const logs = await openForWriting("--logs", values.logs);
  const signal = endSignal();
  const options = { timeoutSeconds, sampleSeconds, sweepSeconds, onEvent, signal };
  try {
    return conclude(await soak({ python, count, logs }, options), timeoutSeconds);
  } catch (error) {
    if (!signal.aborted) throw error;
    say("\nEnded early. The embedded Studio, its apps and the browser are shut down.");
    return endBy(signal);
  }
});

async function pythonOf(line: string): Promise<string> {
  if (line === "current") return studioPython();
  if (line === "old") return oldServerPython();
  throw new UsageError(`--line takes current or old, not ${JSON.stringify(line)}.`);
}

type Made = { readonly python: string; readonly count: number; readonly logs: NodeJS.WritableStream };

/** Everything that it starts is gone when this returns or rejects. */
async function soak({ python, count, logs }: Made, options: SoakOptions): Promise<Played[]> {
  const pythonOf = await pythonBySpace(python, await studioPython());
  const { serverModule } = await pythonOf("");
  const apps = chooseApps(count, { hasLab: serverModule === "jupyterlab" });
  const { timeoutSeconds, sampleSeconds, sweepSeconds, signal } = options;
  say(`${apps.length} apps with ${serverModule}, a timeout of ${duration(timeoutSeconds)}.`);
  say(`Looks every ${sampleSeconds} s, sweeps every ${sweepSeconds} s. Times are in UTC.`);
  await using browser = await startBrowser();
  await using stage = await setStage({ python, signal, recordsCalls: false }, logs);
  const codeEditor = new Account(stage.studio, { appType: "CodeEditor" });
  const accounts = { JupyterLab: stage.account, CodeEditor: codeEditor };
  return await playSoak({ stage, accounts, browser }, apps, options);
}

/** Says what became of the apps; answers the exit code. */
function conclude(outcomes: readonly Played[], timeoutSeconds: number): number {
  const wrong = outcomes.filter((outcome) => !judgeOutcome(outcome, timeoutSeconds).isRight);
  say(`\n${drawOutcomes(outcomes, timeoutSeconds, process.stdout)}`);
  const verdict =
    wrong.length === 0
      ? `Idle ones stopped within ${duration(timeoutSeconds)} and 2 min, none at work.`
      : `This is wrong: ${wrong.map(({ app }) => app.name).join(", ")}.`;
  say(`${outcomes.length - wrong.length} of ${outcomes.length} right. ${verdict}`);
  return wrong.length === 0 ? 0 : 1;
}

function onEvent(app: string, event: string): void {
  say(`${clock(Date.now())}  ${app.padEnd(18)}  ${event}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
