// `npm run sweep`: one sweep, by the exported Lambda handler, of the account behind AWS_ENDPOINT_URL.
import { settleForEndpoint } from "./credentials.ts";
import { loadHandler } from "./handler.ts";

try {
  settleForEndpoint(process.env);
  const invoke = await loadHandler(process.stderr);
  const { verdicts, summary, failed } = await invoke();
  for (const line of [...verdicts, summary]) process.stdout.write(`${JSON.stringify(line)}\n`);
  if (failed) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
  process.exitCode = 1;
}
