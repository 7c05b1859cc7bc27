// `npm start`: the whole loop at work on this machine, from real Jupyter servers to DeleteApp.
import { Account } from "../account/account.ts";
import { openForWriting, readOptions, readWhole, runCommand } from "../../lib/admin/command-line.ts";
import { endBy, endSignal } from "../studio/end-signal.ts";
import { startStudio } from "../studio/index.ts";
import { settleForEndpoint } from "./credentials.ts";
import { loadHandler, type Invoke } from "./handler.ts";
import { runShow, type AppEnding, type Ending, type ShowOptions } from "./show.ts";
import { SEES_PROCESSES, SITUATIONS } from "./situations.ts";
import { stayOpen } from "./stay.ts";
import { createView } from "./table.ts";

const SHOW_WARN_SECONDS = 10;

/** Time to sit down, to be warned, and to see what comes of it. */
const STAY = { idleSeconds: 120, warnSeconds: 60 };

const HELP = `Starts an embedded Studio with ${SITUATIONS.length} real Jupyter apps, each in a situation of
its own and with the agent inside, and sweeps it with the real Lambda handler
until the idle apps are gone.

  npm start -- [options]

  --idle SECONDS         after how long an app counts as idle (25)
  --sweep-every SECONDS  how long between two sweeps (4)
  --stay                 keep the Studio open after the show, for you to sit down in an app
  --logs FILE            where the function's logs and metrics go (nowhere)
  --help                 this text
`;

await runCommand(async () => {
  const { help, ...values } = readOptions({
    idle: { type: "string", default: "25" },
    "sweep-every": { type: "string", default: "4" },
    stay: { type: "boolean", default: false },
    logs: { type: "string", default: "/dev/null" },
    help: { type: "boolean", default: false },
  });
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const idleSeconds = readWhole("--idle", values.idle, [10, 86_400]);
  const sweepSeconds = readWhole("--sweep-every", values["sweep-every"], [1, 3600]);
  const logs = await openForWriting("--logs", values.logs);
  const signal = endSignal();
  try {
    const warnSeconds = Math.min(SHOW_WARN_SECONDS, Math.ceil(idleSeconds / 2));
    const ending = await demonstrate(logs, { idleSeconds, warnSeconds, sweepSeconds, signal, stay: values.stay });
    say("The embedded Studio is shut down.");
    return wrongOnes(ending).length === 0 ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) throw error;
    say("\nEnded. The embedded Studio and its apps are shut down.");
    return endBy(signal);
  }
});

type DemonstrationOptions = Omit<ShowOptions, "onSweep"> & { readonly stay: boolean };

/** Everything that it starts is gone when this returns or rejects. */
async function demonstrate(logs: NodeJS.WritableStream, options: DemonstrationOptions): Promise<Ending> {
  say("Starting an embedded SageMaker Studio on this machine. No AWS account is used.");
  await using studio = await startStudio({ instances: "jupyter", signal: options.signal });
  process.env["AWS_ENDPOINT_URL"] = studio.endpoint;
  settleForEndpoint(process.env);
  say(`Ready at ${studio.endpoint}. ${SITUATIONS.length} apps with real Jupyter servers start.`);
  say(`A sweep every ${options.sweepSeconds} s stops those that are idle for ${options.idleSeconds} s, and warns`);
  say(`their users ${options.warnSeconds} s before.`);
  if (!SEES_PROCESSES) say("Without /proc, terminals, jobs and CPU cannot be seen: only kernels and files count here.");
  const invoke = await loadHandler(logs);
  const account = new Account(studio);
  const ending = await show(account, invoke, options);
  say(describe(ending, options.idleSeconds));
  return options.stay ? await stayOpen(account, invoke, { ...options, ...STAY, say }) : ending;
}

async function show(account: Account, invoke: Invoke, options: Omit<ShowOptions, "onSweep">): Promise<Ending> {
  const view = createView(process.stdout);
  try {
    return await runShow(account, invoke, { ...options, onSweep: view.show });
  } finally {
    view.end();
  }
}

function describe(ending: Ending, idleSeconds: number): string {
  const named = (isMeant: (app: AppEnding) => boolean): string =>
    ending.apps
      .filter(isMeant)
      .map(({ situation }) => situation.space)
      .join(", ") || "none";
  const wrong = wrongOnes(ending);
  const conclusion =
    wrong.length === 0
      ? "The idle apps are gone, and nobody at work was stopped."
      : `This is wrong: ${wrong.join(", ")}.`;
  return `
After ${ending.sweeps} sweeps with a timeout of ${idleSeconds} s:
Warned   ${named(({ wasWarned }) => wasWarned)}
Stopped  ${named(({ isDeleted }) => isDeleted)}
Kept     ${named(({ isDeleted }) => !isDeleted)}
${conclusion}`;
}

function wrongOnes({ apps }: Ending): string[] {
  return apps
    .filter(({ situation, isDeleted }) => isDeleted !== (situation.expected === "stopped"))
    .map(({ situation }) => situation.space);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
