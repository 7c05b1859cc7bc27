import { UnreadableApp, type App, type AppKey } from "../domain/app.ts";
import type { Reading } from "../domain/heartbeat.ts";
import type { NoticeReading } from "../domain/notice.ts";
import { tagsFor, tagsUsers } from "../domain/resource-tags.ts";
import { spaceKey, userOf } from "../domain/space.ts";
import type { Tags } from "../domain/tags.ts";
import type { Policy } from "../policy/document.ts";
import { matchesByUser, tagKeysOf, type OwnerOf } from "../policy/resolve.ts";
import { Failures } from "./failures.ts";
import { latestIncarnations, type Incarnation } from "./incarnations.ts";
import type { Ports, SpaceOwners, Studio, StudioDomain } from "./ports.ts";
import { isReceivedBefore, seeListing, sightingOf, type Sightings } from "./sightings.ts";

/** An app that is not in service, and what its agent said last. */
export type DownApp = { readonly app: App; readonly reading: Reading };

/** The account as one sweep found it, always complete. */
export type Observation = {
  /** Every app that is not deleted. */
  readonly apps: readonly App[];
  /** Every app that is listed, deleted ones included. */
  readonly listed: ReadonlyMap<AppKey, App>;
  /** The heartbeats, without the former ones. */
  readonly readings: ReadonlyMap<AppKey, Reading>;
  /**
   * Apps whose heartbeat is of a former incarnation: the app is not in service, or a sweep has seen it so since.
   */
  readonly formerHeartbeats: readonly AppKey[];
  /** What the users of apps were told. */
  readonly notices: ReadonlyMap<AppKey, NoticeReading>;
  /** Apps that are not in service, deleted ones included, whose agent said something before `beganAt`. */
  readonly down: readonly DownApp[];
  readonly beganAt: Date;
  /** What sweeps have seen of apps that were not in service, up to now. */
  readonly sightings: Sightings;
  /** Whether what earlier sweeps saw is among these. Otherwise nobody knows how long a silent app has been there. */
  readonly earlierAreKnown: boolean;
  /** What is judged by: the owners of all spaces where they were read, otherwise of none, and users' own apps. */
  readonly ownerOf: OwnerOf;
  /** Whose an app is, for people to read, as far as it is known. */
  readonly userOf: (app: App) => string | undefined;
  /** The tags that hold for an app, `unreadable` where they could not be read. */
  readonly tagsOf: (app: App) => Tags;
  /** The domains of the apps by their ids, without those that could not be described. */
  readonly domains: ReadonlyMap<string, StudioDomain>;
  /** What could not be read, but keeps nobody from judging the rest. */
  readonly failures: readonly Error[];
};

/**
 * Reads all apps, heartbeats, notices and tags and, where a rule matches by user or one is tagged, the spaces' owners.
 * Rejects where any of them cannot be read whole, but for tags: apps are kept then. Owners that only people read of are
 * those that are known.
 */
export async function observe(
  { studio, heartbeats, notices, sightings, readTags, lateReading }: Ports,
  policy: Policy,
  clock: () => Date,
): Promise<Observation> {
  const beganAt = clock();
  const failures = new Failures();
  const readParameters = () => Promise.all([heartbeats.all(), notices.all()]);
  const [[found, [readings, told]], tags, earlier, owners] = await Promise.all([
    lateReading.beside(studio.apps(), readParameters, ([all, notes]) => all.size + notes.size),
    failures.collect("reading tags", () => readTags(tagKeysOf(policy))),
    failures.collect("reading what earlier sweeps saw", () => sightings.recall()),
    matchesByUser(policy) ? studio.spaceOwners() : undefined,
  ]);
  const incarnations = latestIncarnations(found.filter(isReadable));
  const apps = [...incarnations.values()].map(({ app }) => app).filter(({ status }) => status !== "Deleted");
  const seen = seeListing(earlier ?? new Map(), { incarnations, readings, beganAt, endedAt: clock() });
  const domains = await describeDomains(studio, new Set(apps.map(({ domainId }) => domainId)), failures);
  const former = formerHeartbeats(incarnations, readings, seen, beganAt);
  const formerKeys = new Set(former);
  const usersAreTagged = tags !== undefined && tagsUsers(tags);
  const allOwners = owners ?? (usersAreTagged ? await studio.spaceOwners() : undefined);
  const known = allOwners ?? (await failures.collect("reading who owns spaces", () => knownOwners(studio, apps)));
  const ownerOf = (app: App) => userOf(app, allOwners);
  return {
    apps,
    listed: new Map([...incarnations].map(([key, { app }]) => [key, app])),
    readings: formerKeys.size === 0 ? readings : new Map([...readings].filter(([key]) => !formerKeys.has(key))),
    formerHeartbeats: former,
    notices: told,
    down: former.flatMap((key) => downApp(incarnations.get(key), readings.get(key))),
    beganAt,
    sightings: seen,
    earlierAreKnown: earlier !== undefined,
    ownerOf,
    userOf: (app) => userOf(app, known),
    tagsOf: (app) => (tags === undefined ? "unreadable" : tagsFor(tags, app, ownerOf(app))),
    domains,
    failures: [...found.filter((app) => app instanceof UnreadableApp), ...failures.all],
  };
}

function knownOwners(studio: Studio, apps: readonly App[]): Promise<SpaceOwners> {
  const inSpaces = apps.filter(({ owner }) => owner.kind === "space");
  return studio.knownSpaceOwners(inSpaces.map(({ domainId, owner }) => spaceKey(domainId, owner.name)));
}

async function describeDomains(
  studio: Studio,
  domainIds: ReadonlySet<string>,
  failures: Failures,
): Promise<ReadonlyMap<string, StudioDomain>> {
  const described = new Map<string, StudioDomain>();
  for (const id of domainIds) {
    const answer = await failures.collect(`describing the domain ${id}`, () => studio.domain(id));
    if (answer !== undefined) described.set(id, answer);
  }
  return described;
}

/** The oldest first. */
function formerHeartbeats(
  incarnations: ReadonlyMap<AppKey, Incarnation>,
  readings: ReadonlyMap<AppKey, Reading>,
  sightings: Sightings,
  beganAt: Date,
): readonly AppKey[] {
  const former = [...incarnations].filter(([key, { isInService }]) =>
    isReceivedBefore(readings.get(key), isInService ? sightingOf(sightings, key)?.downAt : beganAt),
  );
  return former.map(([key]) => key).sort((a, b) => receivedAt(readings.get(a)) - receivedAt(readings.get(b)));
}

function isReadable(app: App | UnreadableApp): app is App {
  return !(app instanceof UnreadableApp);
}

/** In milliseconds; never where there is no heartbeat. */
function receivedAt(reading: Reading | undefined): number {
  return reading === undefined || reading.kind === "none" ? Infinity : reading.receivedAt.getTime();
}

function downApp(incarnation: Incarnation | undefined, reading: Reading | undefined): readonly DownApp[] {
  if (incarnation === undefined || incarnation.isInService || reading === undefined) return [];
  return [{ app: incarnation.app, reading }];
}
