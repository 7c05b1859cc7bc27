import type { Call } from "../studio/calls.ts";
import { Account } from "../account/account.ts";
import { heartbeatText } from "../account/heartbeat.ts";
import { scheduledEvent } from "../demo/invocation.ts";
import { clientEnvironment } from "../studio/clients.ts";
import { startStudio } from "../studio/index.ts";
import { runLambda, type End, type Line } from "./lambda.ts";

const HOUR_MS = 3_600_000;

/** What the sweep's function did in a rehearsal: how each invocation ended, what it wrote, and what it called. */
export type Rehearsal = {
  readonly ends: readonly End[];
  readonly lines: readonly Line[];
  readonly calls: readonly Call[];
};

/**
 * Invokes the sweep five times, in an account that makes it log, count and call everything that it can: it warns and
 * stops apps, and fails at one of them, finds these apps gone, meets an invalid policy, cannot list the apps, and finds
 * another sweep at work.
 */
export async function rehearseSweep(): Promise<Rehearsal> {
  await using studio = await startStudio({ instances: "none" });
  const account = new Account(studio);
  const ends: End[] = [];
  const apps = (value: string | undefined, heardMsAgo: number, ...spaces: readonly string[]) => {
    studio.seed.apps(spaces.map((spaceName) => ({ spaceName, createdAt: Date.now() - 24 * HOUR_MS })));
    if (value === undefined) return;
    studio.seed.parameters(
      spaces.map((space) => ({ name: account.heartbeatName(space), value, modifiedAt: Date.now() - heardMsAgo })),
    );
  };
  apps(heartbeatText(4000), 1000, "idle-1", "idle-2", "undeletable");
  apps(heartbeatText(4000, { busy: { kernels: { what: "ada's notebook", for: 30 } } }), 1000, "busy");
  apps(heartbeatText(4000), 1000, "to-warn", "warned");
  apps("no heartbeat at all", 1000, "garbage");
  apps(heartbeatText(4000), 2 * HOUR_MS, "fell-silent");
  apps(undefined, 0, "never-heard");
  studio.seed.parameters([
    { name: account.heartbeatName("long-gone"), value: heartbeatText(1), modifiedAt: Date.now() - 2 * HOUR_MS },
  ]);
  const told = (space: string, notice: object, minutesAgo: number) => ({
    name: account.noticeName(space),
    value: JSON.stringify({ v: 1, id: space, why: "", writtenAt: 0, stopAt: 0, ...notice }),
    modifiedAt: Date.now() - minutesAgo * 60_000,
  });
  studio.seed.parameters([
    told("warned", { kind: "warned" }, 30),
    told("busy", { kind: "warned" }, 5),
    told("long-gone", { kind: "stopped" }, 5),
  ]);
  studio.faults.add({
    operation: "DeleteApp",
    when: ({ SpaceName }) => SpaceName === "undeletable",
    error: { code: "AccessDeniedException", status: 400 },
  });

  const policy = (fields: object) => {
    studio.seed.parameters([
      { name: "/studio-reaper/policy", value: JSON.stringify({ version: 1, mode: "live", ...fields }) },
    ]);
  };
  const lines = await runLambda(
    "sweep",
    { ...clientEnvironment(studio), AWS_REGION: studio.region, EVENTS: "true" },
    async (invoke) => {
      const sweep = async () => void ends.push(await invoke(scheduledEvent(new Date())));
      // A rule by user makes the sweep look up the spaces' owners.
      policy({
        rules: [
          { match: { user: "nobody" }, set: { idleTimeInSeconds: 60 } },
          { match: { space: ["to-warn", "warned"] }, set: { warnBefore: 600 } },
        ],
      });
      await sweep();
      studio.faults.clear();
      await sweep();
      policy({ defaults: { idleTimeInSeconds: 0 } });
      await sweep();
      policy({});
      studio.faults.add({ operation: "ListApps", error: { code: "AccessDeniedException", status: 400 } });
      await sweep();
      studio.faults.clear();
      studio.seed.parameters([
        { name: "/studio-reaper/leases/sweep", value: JSON.stringify({ holder: "another", seconds: 300 }) },
      ]);
      await sweep();
    },
  );
  return { ends, lines, calls: studio.calls };
}
