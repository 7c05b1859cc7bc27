import { readFile } from "node:fs/promises";
import type { Sighting } from "./stage.ts";

const LAST_VERDICTS = 8;
const LAST_LINES = 20;

/** An error with what helps to find its cause: the last verdicts on the app, and the end of its agent's log. */
export async function withEvidence(
  error: unknown,
  sightings: readonly Sighting[],
  logFile: string | undefined,
): Promise<Error> {
  const verdicts = sightings
    .slice(-LAST_VERDICTS)
    .map(({ at, verdict, reason, detail, outcome }) => `${clock(at)} ${verdict} ${reason}: ${detail} (${outcome})`);
  const log = logFile === undefined ? "" : await readFile(logFile, "utf8").catch(String);
  const lines = log.trim().split("\n").slice(-LAST_LINES);
  const message = error instanceof Error ? error.message : String(error);
  const parts = [message, "Last verdicts:", ...verdicts, `End of ${logFile ?? "no log"}:`, ...lines];
  if (process.env["STUDIO_KEEP"] !== "1") parts.push("(STUDIO_KEEP=1 keeps the app's folder and all of its logs.)");
  return new Error(parts.join("\n"), { cause: error });
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
