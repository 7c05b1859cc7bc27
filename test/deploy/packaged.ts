import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { devTools } from "../studio/python.ts";

const run = promisify(execFile);
const INVOKE = `
const [, file, event] = process.argv;
const { handler } = await import(file);
const names = { functionName: "f", invokedFunctionArn: "arn", logStreamName: "local" };
const context = { ...names, awsRequestId: "r", memoryLimitInMB: "256", getRemainingTimeInMillis: () => 300000 };
const answer = await handler(JSON.parse(event), context);
console.log("\\n" + JSON.stringify(answer));`;

/** Invokes a function from its package as Lambda does: its one file, and the environment that the stack gives it. */
export async function invokePackaged(
  archive: string,
  folder: string,
  handler: string,
  environment: Readonly<Record<string, string>>,
  event: object,
): Promise<unknown> {
  await run((await devTools()).python, ["-m", "zipfile", "-e", archive, folder]);
  const env = { ...environment, LAMBDA_TASK_ROOT: folder };
  const { stdout } = await run(
    process.execPath,
    ["--input-type=module", "-e", INVOKE, join(folder, handler), JSON.stringify(event)],
    { env, timeout: 60_000, killSignal: "SIGKILL" },
  );
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
}
