import { addressOf, type AppAddress } from "../domain/app.ts";
import { userOf } from "../domain/space.ts";
import { matchingRule } from "../policy/resolve.ts";
import { judgeApps, subjectOf } from "../sweep/candidate.ts";
import { observe } from "../sweep/observe.ts";
import type { Ports } from "../sweep/ports.ts";
import type { Explained, StoppedApp } from "./explain.ts";

/** What is known of somebody's apps. */
export type Found = {
  readonly apps: readonly Explained[];
  /** Apps that do not run, and of whose stop there still is word; the last one first. */
  readonly stopped: readonly StoppedApp[];
};

/**
 * The apps of a space, or of a user profile's spaces, as a sweep that begins now would judge them. Rejects where the
 * policy or the account cannot be read.
 */
export async function findApps(ports: Ports, name: string, now: Date): Promise<Found> {
  const [{ policy, version }, owners] = await Promise.all([ports.readPolicy(), ports.studio.spaceOwners()]);
  const read = () => Promise.resolve(owners);
  const studio = { ...ports.studio, spaceOwners: read, knownSpaceOwners: read };
  const observed = await observe({ ...ports, studio }, policy, () => now);
  const isMeant = (app: Pick<AppAddress, "domainId" | "owner">) =>
    app.owner.name === name || userOf(app, owners) === name;
  const running = new Set(observed.apps.map(({ key }) => key));
  return {
    apps: judgeApps({ observed, policy, now })
      .filter(({ app }) => isMeant(app))
      .map(({ app, verdict, policy: appPolicy }) => ({
        app,
        user: userOf(app, owners),
        reading: observed.readings.get(app.key) ?? { kind: "none" },
        notice: observed.notices.get(app.key) ?? { kind: "none" },
        verdict,
        policyVersion: version,
        policy: appPolicy,
        rule: matchingRule(policy, subjectOf(app, observed), now),
      })),
    stopped: [...observed.notices]
      .flatMap(([key, told]) =>
        !running.has(key) && isMeant(addressOf(key)) && told.kind === "notice" && told.notice.kind === "stopped"
          ? [{ key, notice: told.notice }]
          : [],
      )
      .sort((a, b) => b.notice.stopAt - a.notice.stopAt),
  };
}
