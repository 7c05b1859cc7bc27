import type { AppKey } from "../domain/app.ts";
import { WITHOUT_LIVE_AGENT } from "../policy/coverage.ts";
import { secondsBetween } from "../policy/time.ts";
import { summarize, verdictLine } from "./log-lines.ts";
import type { Judged, Report } from "./report.ts";

/** An app without a live agent is logged this often, so that the last hour's log names all of them. */
const REMIND_AFTER_SECONDS = 3600;

/** The methods of a logger that are used here. */
type Log = {
  readonly info: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, error: Error) => void;
};

type LoggedVerdict = { readonly fingerprint: string; readonly loggedAt: Date };

/**
 * Logs a line per changed verdict instead of one per app and sweep. It remembers each app's last logged verdict while
 * the function's process lives.
 */
export class VerdictLog {
  #logged: ReadonlyMap<AppKey, LoggedVerdict> = new Map();

  /** Logs the verdicts that changed since the last sweep, the apps that are gone, the failures, and a summary. */
  write(logger: Log, report: Report, now: Date): void {
    const logged = new Map<AppKey, LoggedVerdict>();
    for (const judged of report.judged) {
      const before = this.#logged.get(judged.app.key);
      if (before !== undefined && !isDue(judged, before, now)) {
        logged.set(judged.app.key, before);
        continue;
      }
      logger.info("verdict", { ...verdictLine(report, judged), instanceType: judged.app.instanceType });
      logged.set(judged.app.key, { fingerprint: fingerprint(judged), loggedAt: now });
    }
    for (const app of this.#logged.keys()) if (!logged.has(app)) logger.info("gone", { app });
    for (const failure of report.failures) logger.error("failure", failure);
    logger.info("sweep", summarize(report));
    this.#logged = logged;
  }
}

function isDue(judged: Judged, before: LoggedVerdict, now: Date): boolean {
  if (before.fingerprint !== fingerprint(judged)) return true;
  return WITHOUT_LIVE_AGENT.includes(judged.agent) && secondsBetween(before.loggedAt, now) >= REMIND_AFTER_SECONDS;
}

/** What has to change for a verdict to be logged again: its detail and idle seconds change at every sweep. */
function fingerprint({ app, agent, verdict, outcome }: Judged): string {
  return `${app.createdAt.toISOString()} ${verdict.reason} ${outcome} ${agent}`;
}
