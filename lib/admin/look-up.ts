import type { App } from "../domain/app.ts";
import { spaceKey } from "../domain/space.ts";
import { matchingRule } from "../policy/resolve.ts";
import { judgeApps } from "../sweep/candidate.ts";
import { observe } from "../sweep/observe.ts";
import type { Ports } from "../sweep/ports.ts";
import type { Explained } from "./explain.ts";

/**
 * The apps of a space, or of a user profile's spaces, as a sweep that begins now would judge them. Rejects where the
 * policy or the account cannot be read.
 */
export async function explainedApps(ports: Ports, name: string, now: Date): Promise<readonly Explained[]> {
  const policy = await ports.readPolicy();
  const [observed, owners] = await Promise.all([observe(ports, policy, () => now), ports.studio.spaceOwners()]);
  const userOf = ({ domainId, owner }: App) =>
    owner.kind === "user" ? owner.name : owners.get(spaceKey(domainId, owner.name));
  return judgeApps({ observed, policy, now })
    .filter(({ app }) => app.owner.name === name || userOf(app) === name)
    .map(({ app, verdict, policy: appPolicy }) => ({
      app,
      user: userOf(app),
      reading: observed.readings.get(app.key) ?? { kind: "none" },
      verdict,
      mode: policy.mode,
      policy: appPolicy,
      rule: matchingRule(policy, app, observed.ownerOf),
    }));
}
