import { KEEP_UNTIL_TAG } from "../../../../lib/domain/tags.ts";
import { ago, aHeartbeat, anApp, aPolicy } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

const HOUR = 3600;
const wished = (keepAlive: { for: number; since: number; while?: string }, receivedAt = ago(10)) =>
  aHeartbeat({ idle: { kernels: 2 * HOUR }, keepAlive }, receivedAt);

describeRule("kept-alive", [
  {
    name: "keeps an idle app until the end of its user's wish, from when its heartbeat was received",
    reading: wished({ for: HOUR, since: 60 }),
    verdict: "keep kept-alive",
    detail: /^kept until 2026-03-01 12:59 UTC by its user$/,
    idleSeconds: 2 * HOUR,
    eligibleAt: ago(10 - HOUR),
  },
  {
    name: "says of no time at which an app could be stopped that is never stopped for idleness",
    reading: wished({ for: HOUR, since: 60 }),
    policy: aPolicy({ idleTimeInSeconds: Infinity }),
    verdict: "keep kept-alive",
    eligibleAt: null,
  },
  {
    name: "says for which program's run it is kept",
    reading: wished({ for: HOUR, since: 60, while: "make all" }),
    verdict: "keep kept-alive",
    detail: /by its user, while this runs: make all$/,
  },
  {
    name: "clamps a wish to what the policy allows, from when it was made",
    reading: wished({ for: 90 * HOUR, since: HOUR }),
    policy: aPolicy({ keepAliveAtMost: 2 * HOUR }),
    verdict: "keep kept-alive",
    eligibleAt: ago(10 - HOUR),
  },
  {
    name: "is over for a wish that is renewed with each heartbeat, once the policy's time is",
    reading: wished({ for: HOUR, since: 2 * HOUR }),
    policy: aPolicy({ keepAliveAtMost: 2 * HOUR }),
    verdict: "stop idle",
  },
  {
    name: "ends with the wish",
    reading: wished({ for: 10, since: 60 }),
    verdict: "stop idle",
  },
  {
    name: "is nothing where the policy allows no wish",
    reading: wished({ for: HOUR, since: 0 }),
    policy: aPolicy({ keepAliveAtMost: 0 }),
    verdict: "stop idle",
  },
  {
    name: "outlives the silence of its agent, also where silence stops",
    reading: aHeartbeat({ renewIn: 60, keepAlive: { for: 2 * HOUR, since: 0 } }, ago(HOUR)),
    policy: aPolicy({ silentAfter: 600 }),
    verdict: "keep kept-alive",
    idleSeconds: null,
    eligibleAt: ago(-HOUR),
  },
  {
    name: "is nothing to a heartbeat that cannot be believed",
    reading: aHeartbeat({ up: 10 * 86_400, keepAlive: { for: HOUR, since: 0 } }),
    verdict: "keep bad-heartbeat",
  },
  {
    name: "could be stopped no earlier than its idleness allows",
    reading: aHeartbeat({ idle: { kernels: 60 }, keepAlive: { for: 120, since: 0 } }),
    verdict: "keep kept-alive",
    eligibleAt: ago(10 - HOUR + 60),
  },
  {
    name: "keeps an app until the end of the date in its tag, in UTC",
    reading: aHeartbeat({ idle: { kernels: 2 * HOUR } }),
    tags: { [KEEP_UNTIL_TAG]: "2026-03-01" },
    verdict: "keep kept-alive",
    detail: /^kept until 2026-03-02 00:00 UTC by the tag studio-reaper:keep-until$/,
  },
  {
    name: "keeps an app until the instant in its tag",
    reading: aHeartbeat({ idle: { kernels: 2 * HOUR } }),
    tags: { [KEEP_UNTIL_TAG]: "2026-03-01T13:30+01:00" },
    verdict: "keep kept-alive",
    eligibleAt: ago(-1800),
  },
  {
    name: "clamps a tag to what the policy allows, from the app's last activity",
    reading: aHeartbeat({ idle: { kernels: 2 * HOUR } }),
    policy: aPolicy({ keepAliveAtMost: 3 * HOUR }),
    tags: { [KEEP_UNTIL_TAG]: "2030-01-01" },
    verdict: "keep kept-alive",
    eligibleAt: ago(10 - HOUR),
  },
  {
    name: "clamps a tag of an app that was never heard from its start",
    app: anApp({ createdAt: ago(2 * HOUR) }),
    reading: { kind: "none" },
    policy: aPolicy({ keepAliveAtMost: HOUR, silentAfter: 600 }),
    tags: { [KEEP_UNTIL_TAG]: "2030-01-01" },
    verdict: "stop silent",
  },
  {
    name: "is over once the tag's time is",
    tags: { [KEEP_UNTIL_TAG]: "2026-02-28" },
    verdict: "stop idle",
  },
  {
    name: "keeps an app whose tag cannot be read as long as the policy allows, and says so",
    reading: aHeartbeat({ idle: { kernels: 2 * HOUR } }),
    tags: { [KEEP_UNTIL_TAG]: "next friday" },
    verdict: "keep kept-alive",
    detail: /by the tag studio-reaper:keep-until, which is not a date like 2026-12-24, or an instant like/,
    eligibleAt: ago(10 - 22 * HOUR),
  },
  {
    name: "takes the later of a wish and a tag",
    reading: wished({ for: HOUR, since: 0 }),
    tags: { [KEEP_UNTIL_TAG]: "2026-03-01T12:10Z" },
    verdict: "keep kept-alive",
    detail: /by its user$/,
  },
  {
    name: "takes it also where the tag is the later one",
    reading: wished({ for: 60, since: 0 }),
    tags: { [KEEP_UNTIL_TAG]: "2026-03-01T12:10Z" },
    verdict: "keep kept-alive",
    detail: /^kept until 2026-03-01 12:10 UTC by the tag studio-reaper:keep-until$/,
  },
  {
    name: "ends at the very instant that it names",
    tags: { [KEEP_UNTIL_TAG]: "2026-03-01T12:00Z" },
    verdict: "stop idle",
  },
  {
    name: "reads a tag with blanks around its date",
    tags: { [KEEP_UNTIL_TAG]: " 2026-03-01 " },
    policy: aPolicy({ keepAliveAtMost: 7 * 86_400 }),
    verdict: "keep kept-alive",
    detail: /^kept until 2026-03-02 00:00 UTC by the tag studio-reaper:keep-until$/,
  },
  {
    name: "clamps the tag of an app whose agent died from when that was last heard",
    reading: aHeartbeat({ renewIn: 60 }, ago(HOUR)),
    policy: aPolicy({ keepAliveAtMost: 2 * HOUR }),
    tags: { [KEEP_UNTIL_TAG]: "2030-01-01" },
    verdict: "keep kept-alive",
    eligibleAt: ago(-HOUR),
  },
  {
    name: "clamps the tag of an app from when it was heard where no source is known",
    reading: aHeartbeat({ idle: { kernels: null } }, ago(10)),
    policy: aPolicy({ keepAliveAtMost: 2 * HOUR }),
    tags: { [KEEP_UNTIL_TAG]: "2030-01-01" },
    verdict: "keep kept-alive",
    eligibleAt: ago(10 - 2 * HOUR),
  },
  {
    name: "clamps the tag of an app whose heartbeat cannot be believed from now on",
    reading: aHeartbeat({ up: 10 * 86_400 }),
    policy: aPolicy({ keepAliveAtMost: 2 * HOUR }),
    tags: { [KEEP_UNTIL_TAG]: "2030-01-01" },
    verdict: "keep kept-alive",
    eligibleAt: ago(-2 * HOUR),
  },
  {
    name: "is nothing where the policy allows none, whatever the tag says",
    policy: aPolicy({ keepAliveAtMost: 0 }),
    tags: { [KEEP_UNTIL_TAG]: "2030-01-01" },
    verdict: "stop idle",
  },
]);
