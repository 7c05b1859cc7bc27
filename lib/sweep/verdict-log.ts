import { summarize, verdictLine } from "./announce.ts";
import type { AppKey } from "../domain/app.ts";
import { WITHOUT_LIVE_AGENT } from "../policy/coverage.ts";
import { secondsBetween } from "../policy/time.ts";
import type { Judged, Report } from "./report.ts";

/** An app that needs somebody to look is named this often, so that the last hour's log names all of them. */
const REMIND_AFTER_SECONDS = 3600;

/** What of a logger is used. */
type Log = {
  readonly info: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, error: Error) => void;
};

type Said = { readonly what: string; readonly at: Date };

/**
 * Remembers each app's last verdict for as long as the function stays warm, to log a line per change and none per app per sweep. Only the
 * apps without a live agent are named again each hour.
 */
export class VerdictLog {
  #last: ReadonlyMap<AppKey, Said> = new Map();

  /** Logs what changed since the last sweep, each app that is gone, each failure, and one summary. */
  write(logger: Log, report: Report, now: Date): void {
    const said = new Map<AppKey, Said>();
    for (const judged of report.judged) {
      const before = this.#last.get(judged.app.key);
      const isNews =
        before?.what !== shortly(judged) ||
        (lacksAgent(judged) && secondsBetween(before.at, now) >= REMIND_AFTER_SECONDS);
      if (isNews) logger.info("verdict", { ...verdictLine(judged), instanceType: judged.app.instanceType });
      said.set(judged.app.key, isNews ? { what: shortly(judged), at: now } : before);
    }
    for (const app of this.#last.keys()) if (!said.has(app)) logger.info("gone", { app });
    for (const failure of report.failures) logger.error("failure", failure);
    logger.info("sweep", summarize(report));
    this.#last = said;
  }
}

function shortly({ app, agent, verdict, outcome }: Judged): string {
  return `${app.createdAt.toISOString()} ${verdict.reason} ${outcome} ${agent}`;
}

function lacksAgent({ agent }: Judged): boolean {
  return WITHOUT_LIVE_AGENT.includes(agent);
}
