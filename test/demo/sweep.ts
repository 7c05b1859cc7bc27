// `npm run sweep`: one sweep, by the exported Lambda handler, of the account behind AWS_ENDPOINT_URL.
import { openForWriting, readOptions, runCommand } from "../../lib/admin/command-line.ts";
import { settleForEndpoint } from "./credentials.ts";
import { loadHandler } from "./handler.ts";

const HELP = `Sweeps the account behind AWS_ENDPOINT_URL once, with the real Lambda handler.
Prints a JSON line per app: {app, verdict, reason, idleSeconds, eligibleAt, …},
then a summary. Exits with 1 where anything failed.

  npm run sweep -- [--logs FILE]

  --logs FILE  where the function's logs and metrics go (nowhere)
  --help       this text
`;

await runCommand(async () => {
  const { help, logs } = readOptions({
    logs: { type: "string", default: "/dev/null" },
    help: { type: "boolean", default: false },
  });
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  settleForEndpoint(process.env);
  return sweepOnce(await openForWriting("--logs", logs));
});

async function sweepOnce(logs: NodeJS.WritableStream): Promise<number> {
  const invoke = await loadHandler(logs);
  try {
    const { verdicts, summary, failed } = await invoke();
    for (const line of [...verdicts, summary]) process.stdout.write(`${JSON.stringify(line)}\n`);
    return failed ? 1 : 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
    return 1;
  }
}
