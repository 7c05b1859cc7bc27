import { Console } from "node:console";
import type { SweepAnswer } from "../../handlers/sweep.ts";
import { summarize, verdictLine } from "../../lib/sweep/log-lines.ts";
import { SweepFailed } from "../../lib/sweep/report.ts";
import { lambdaContext, scheduledEvent } from "./invocation.ts";

/** What came of one invocation: its answer, and whether Lambda would count an error. */
export type Invocation = SweepAnswer & { readonly failed: boolean };

/** Invokes the exported handler as the schedule does. Rejects where it failed before it judged anything. */
export type Invoke = () => Promise<Invocation>;

/**
 * Loads the handler as Lambda does, its settings in the environment. Its logs and metrics go where `logs` leads: in
 * Lambda they are standard output, which here belongs to the command.
 */
export async function loadHandler(logs: NodeJS.WritableStream): Promise<Invoke> {
  // Has the logger use the global console, which can be led elsewhere, instead of one of its own.
  process.env["POWERTOOLS_DEV"] = "true";
  globalThis.console = new Console(logs, logs);
  const { handler } = await import("../../handlers/sweep.ts");
  return async () => {
    try {
      return { ...(await handler(scheduledEvent(new Date()), lambdaContext())), failed: false };
    } catch (error) {
      if (!(error instanceof SweepFailed)) throw error;
      const { report } = error;
      const verdicts = report.judged.map((judged) => verdictLine(report, judged));
      return { summary: summarize(report), verdicts, failed: true };
    }
  };
}
