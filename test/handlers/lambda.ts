import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as v from "valibot";

/** How an invocation ended, for Lambda's `Errors`. */
export type End = "succeeded" | "failed";
export type Invoke = (event: object) => Promise<End>;

/** One line of JSON that a function wrote. */
export type Line = Readonly<Record<string, unknown>>;

const Ready = v.literal("loaded");
const Ended = v.picklist(["succeeded", "failed"]);
const Written = v.record(v.string(), v.unknown());

/**
 * Runs a handler in a process of its own with this environment alone, as Lambda does. Its standard output and error are
 * then what CloudWatch gets: logs and metrics, a line each. Answers these lines after the invocations of `act`.
 */
export async function runLambda(
  handler: "sweep" | "attach",
  env: NodeJS.ProcessEnv,
  act: (invoke: Invoke) => Promise<void>,
): Promise<readonly Line[]> {
  const files = [
    join(import.meta.dirname, "lambda-process.ts"),
    join(import.meta.dirname, `../../handlers/${handler}.ts`),
  ] as const;
  const lambda = fork(files[0], [files[1]], {
    env: { ...env, NODE_NO_WARNINGS: "1" },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const written = Promise.all([lambda.stdout, lambda.stderr].flatMap((stream) => (stream ? [text(stream)] : [])));
  try {
    v.parse(Ready, await nextMessage(lambda));
    await act(async (event) => {
      lambda.send(event);
      return v.parse(Ended, await nextMessage(lambda));
    });
  } finally {
    lambda.kill("SIGKILL");
  }
  const lines = (await written).flatMap((one) => one.split("\n"));
  return lines.filter((line) => line !== "").map((line) => v.parse(Written, JSON.parse(line)));
}

/** The process's next message; rejects where the process ends, as it does if the handler cannot be loaded. */
async function nextMessage(lambda: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const ended = once(lambda, "exit", over).then(() => {
    throw new Error("the handler's process ended");
  });
  const message = once(lambda, "message", over).then(([first]: unknown[]) => first);
  try {
    return await Promise.race([message, ended]);
  } finally {
    over.abort();
  }
}
