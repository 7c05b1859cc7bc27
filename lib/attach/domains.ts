import { apply } from "./apply.ts";
import { attemptInTime } from "./attempt.ts";
import type { Journal } from "./journal.ts";
import { idleShutdowns } from "./idle-shutdown.ts";
import { overridingSettings } from "./overriding.ts";
import type { DesiredAttachment } from "./plan.ts";
import type { AttachPorts } from "./ports.ts";
import { targetName, type Settings, type SettingsTarget, type TargetKey } from "./settings-target.ts";

/** The execution roles that were found, each with a domain that has it, and whether these are all. */
export type RolesFound = { readonly roles: ReadonlyMap<string, string>; readonly isComplete: boolean };

export type DesiredDomains = {
  readonly domainIds: readonly string[];
  /** Whether the deploy lists these domains, so that one that does not exist is a mistake. */
  readonly areListed: boolean;
  readonly attachment: DesiredAttachment;
  readonly profiles: "report" | "change";
};

type Run = { readonly ports: AttachPorts; readonly isOurs: (arn: string) => boolean; readonly journal: Journal };

type Find = (domainId: string, settings: Settings) => void;

/** Attaches to every domain, and then looks at the profiles of each: with too little time, the domains matter more. */
export async function attachDomains(
  run: Run,
  desired: DesiredDomains,
  recorded: readonly TargetKey[],
): Promise<RolesFound> {
  const roles = new Map<string, string>();
  const find: Find = (domainId, settings) => {
    for (const arn of executionRoles(settings)) if (!roles.has(arn)) roles.set(arn, domainId);
  };
  const attached: string[] = [];
  const failuresBefore = run.journal.failures.length;
  let missing = 0;
  for (const domainId of desired.domainIds) {
    const settings = await attachDomain(run, domainId, desired);
    if (settings === "missing") {
      run.journal.fail(domainId, "there is no such domain in this account and region; take it out of ATTACH_DOMAINS");
      missing += 1;
    }
    if (settings === "missing" || settings === undefined) continue;
    find(domainId, settings);
    attached.push(domainId);
  }
  for (const domainId of attached) {
    const ofDomain = recorded.filter((key) => key.domainId === domainId);
    await attachProfiles(run, domainId, { desired, recorded: ofDomain, find });
  }
  // A domain that is gone has no role any more: it is a mistake in the list, but hides none.
  return { roles, isComplete: run.journal.failures.length - missing === failuresBefore };
}

/** Removes everything of ours from each of these, and restores what was there before. */
export async function detach(run: Run, keys: readonly TargetKey[]): Promise<void> {
  for (const key of keys)
    await attemptInTime(run, targetName(key), () => apply(run, run.ports.domains.target(key), undefined));
}

async function attachDomain(
  run: Run,
  domainId: string,
  { attachment, areListed }: DesiredDomains,
): Promise<Settings | "missing" | undefined> {
  const attempted = await attemptInTime(run, domainId, async () => {
    const target = run.ports.domains.target({ domainId });
    if (!areListed && (await target.describe())?.isUnifiedStudio) return leaveAlone(run, target);
    const applied = await apply(run, target, attachment);
    if (applied === undefined) return areListed ? "missing" : undefined;
    report(run, { domainId }, applied.settings);
    return applied.settings;
  });
  return attempted.ok ? attempted.value : undefined;
}

/** Apps of Unified Studio's projects cannot report, because their permissions boundary denies ssm:PutParameter. */
async function leaveAlone(run: Run, target: SettingsTarget): Promise<undefined> {
  await apply(run, target, undefined);
  const detail =
    "This domain belongs to SageMaker Unified Studio, whose projects' permissions boundary does not let apps report. " +
    "Its apps are not covered.";
  run.journal.skip({ on: target.domainId, reason: "unified-studio", detail });
}

function report({ journal }: Run, key: TargetKey, settings: Settings): void {
  for (const setting of idleShutdowns(key, settings)) journal.skip({ on: targetName(key), ...setting });
}

async function attachProfiles(
  run: Run,
  domainId: string,
  { desired, recorded, find }: { desired: DesiredDomains; recorded: readonly TargetKey[]; find: Find },
): Promise<void> {
  const listed = await attemptInTime(run, domainId, () => run.ports.domains.profileNames(domainId));
  if (!listed.ok) return;
  const known = new Set(recorded.flatMap(({ profile }) => profile ?? []));
  for (const profile of listed.value) {
    const key = { domainId, profile };
    const attached = await attemptInTime(run, targetName(key), () =>
      attachProfile(run, key, desired, known.has(profile)),
    );
    if (!attached.ok || attached.value === undefined) continue;
    find(domainId, attached.value);
    report(run, key, attached.value);
  }
  const gone = [...known].filter((profile) => !listed.value.includes(profile));
  await detach(
    run,
    gone.map((profile) => ({ domainId, profile })),
  );
}

async function attachProfile(
  run: Run,
  key: TargetKey,
  { attachment, profiles }: DesiredDomains,
  isRecorded: boolean,
): Promise<Settings | undefined> {
  const target = run.ports.domains.target(key);
  if (profiles === "change") return (await apply(run, target, { ...attachment, scope: "overriding" }))?.settings;
  const current = isRecorded ? await apply(run, target, undefined) : await target.describe();
  for (const setting of overridingSettings(key, current?.settings ?? {}, attachment))
    run.journal.skip({ on: targetName(key), ...setting });
  return current?.settings;
}

function executionRoles(settings: Settings): readonly string[] {
  return Object.values(settings).flatMap((group) => group.ExecutionRole ?? []);
}
