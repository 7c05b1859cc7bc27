import { apply } from "./apply.ts";
import { attemptInTime } from "./attempt.ts";
import type { FormerConfigs } from "./former-configs.ts";
import type { Journal } from "./journal.ts";
import { idleShutdowns } from "./idle-shutdown.ts";
import { overridingSettings } from "./overriding.ts";
import { attaches, listedFormer, type DesiredAttachment } from "./plan.ts";
import type { AttachPorts } from "./ports.ts";
import { RoleSearch } from "./role-search.ts";
import {
  isThere,
  targetName,
  type Settings,
  type SettingsTarget,
  type TargetKey,
  type TargetState,
} from "./settings-target.ts";
import { detach, detachFrom, unlistFormer, type ListingTarget } from "./unlist.ts";

export type DesiredDomains = {
  readonly domainIds: readonly string[];
  /** Whether the deploy lists these domains, so that one that does not exist is a mistake. */
  readonly areListed: boolean;
  readonly attachment: DesiredAttachment;
  readonly profiles: "report" | "change";
};

type Run = { readonly ports: AttachPorts; readonly former: FormerConfigs; readonly journal: Journal };
type SearchingRun = Run & {
  readonly search: RoleSearch;
  readonly desired: DesiredDomains;
  /** What lists former configurations, which stay listed at first: to look who names them takes time. */
  readonly listing: ListingTarget[];
};

/** Attaches to every domain, and then looks at the profiles of each: with too little time, the domains matter more. */
export async function attachDomains(
  run: Run,
  desired: DesiredDomains,
  recorded: readonly TargetKey[],
): Promise<RoleSearch> {
  const searching = { ...run, desired, search: new RoleSearch(), listing: [] };
  const there: string[] = [];
  for (const domainId of desired.domainIds) if (await attachDomain(searching, domainId)) there.push(domainId);
  for (const domainId of there) {
    const ofDomain = recorded.filter((key) => key.domainId === domainId);
    await attachProfiles(searching, domainId, ofDomain);
  }
  await unlistFormer(run, searching.listing);
  return searching.search;
}

/** Answers whether the domain is there and to be attached to, so that its profiles matter, too. */
async function attachDomain(run: SearchingRun, domainId: string): Promise<boolean> {
  const { search, desired, ports } = run;
  const target = ports.domains.target({ domainId });
  const read = await attemptInTime(run, domainId, () => target.describe());
  if (!read.ok) search.cannotRead(domainId);
  const state = read.ok ? read.value : undefined;
  if (read.ok && state === undefined && desired.areListed)
    run.journal.fail(domainId, "there is no such domain in this account and region; take it out of ATTACH_DOMAINS");
  if (!isThere(state)) return false;
  const isLeftAlone = !desired.areListed && state.isUnifiedStudio === true;
  if (!isLeftAlone) search.see(domainId, state.settings);
  await attemptInTime(run, domainId, () =>
    isLeftAlone ? leaveAlone(run, target, state) : attachTo(run, target, { state, wanted: desired.attachment }),
  );
  return !isLeftAlone;
}

type Task = { readonly state: TargetState; readonly wanted: DesiredAttachment | undefined };

async function attachTo(run: SearchingRun, target: SettingsTarget, { state, wanted }: Task): Promise<void> {
  const { isOurs } = run.former;
  const { settings } = (await apply({ ...run, isOurs, isNamed: () => true }, target, wanted, state)) ?? {};
  if (settings === undefined) return;
  report(run, target, settings);
  const arns = listedFormer(target, settings, isOurs, wanted);
  if (arns.length > 0) run.listing.push({ target, desired: wanted, arns });
}

/** Apps of Unified Studio's projects cannot report, because their permissions boundary denies ssm:PutParameter. */
async function leaveAlone(run: SearchingRun, target: SettingsTarget, state: TargetState): Promise<void> {
  await detachFrom(run, target, state);
  const detail =
    "This domain belongs to SageMaker Unified Studio, whose projects' permissions boundary does not let apps report. " +
    "Its apps are not covered.";
  run.journal.skip({ on: target.domainId, reason: "unified-studio", detail });
}

function report({ journal, desired }: SearchingRun, key: TargetKey, settings: Settings): void {
  const on = targetName(key);
  if (attaches(key, desired.attachment, settings)) journal.attach(on);
  if (key.profile !== undefined && desired.profiles === "report")
    for (const setting of overridingSettings(key, settings, desired.attachment)) journal.skip({ on, ...setting });
  for (const setting of idleShutdowns(key, settings)) journal.skip({ on, ...setting });
}

async function attachProfiles(run: SearchingRun, domainId: string, recorded: readonly TargetKey[]): Promise<void> {
  const listed = await attemptInTime(run, domainId, () => run.ports.domains.profileNames(domainId));
  if (!listed.ok) {
    run.search.cannotRead(domainId);
    return;
  }
  const known = new Set(recorded.flatMap(({ profile }) => profile ?? []));
  for (const profile of listed.value) await attachProfile(run, { domainId, profile }, known.has(profile));
  const gone = [...known].filter((profile) => !listed.value.includes(profile));
  await detach(
    run,
    gone.map((profile) => ({ domainId, profile })),
  );
}

async function attachProfile(run: SearchingRun, key: TargetKey, isRecorded: boolean): Promise<void> {
  const { search, ports, desired } = run;
  const target = ports.domains.target(key);
  const read = await attemptInTime(run, targetName(key), () => target.describe());
  if (!read.ok) search.cannotRead(key.domainId);
  const state = read.ok ? read.value : undefined;
  if (!isThere(state)) return;
  search.see(key.domainId, state.settings);
  const overriding: DesiredAttachment = { ...desired.attachment, scope: "overriding" };
  const wanted = desired.profiles === "change" ? overriding : undefined;
  if (wanted === undefined && !isRecorded) report(run, key, state.settings);
  else await attemptInTime(run, targetName(key), () => attachTo(run, target, { state, wanted }));
}
