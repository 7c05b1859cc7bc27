import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { secondsAfter, secondsBetween } from "../../../../lib/policy/time.ts";
import { apps, notices, policies, readings } from "../../arbitraries.ts";
import { ago, aHeartbeat, aNotice, anApp, aPolicy, NOW, verdictOn } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

const DAY = 86_400;
const app = anApp({ createdAt: ago(3 * DAY) });
const older = aPolicy({ maxAge: 3 * DAY });
const warning = { ...older, warnBefore: 600 };
const why = "it may run for 3 d at most";
/** Of an agent that has run as long as the app, in which a kernel computes. */
const busy = (more: Parameters<typeof aHeartbeat>[0] = {}) =>
  aHeartbeat(
    { up: 3 * DAY, idle: { kernels: 0 }, busy: { kernels: { what: "train.ipynb", for: 9000 } }, ...more },
    NOW,
  );
const keptFor = (seconds: number) => busy({ keepAlive: { for: seconds, since: 60 } });

describeRule("the rule max-age", [
  { name: "is off unless the policy asks for it", app, reading: busy(), verdict: "keep busy-kernel", eligibleAt: null },
  {
    name: "stops an app of that age also while somebody works in it",
    app,
    reading: busy(),
    policy: older,
    verdict: "stop max-age",
    detail: /^runs for 3 d of 3 d$/,
    idleSeconds: 0,
    eligibleAt: NOW,
  },
  {
    name: "stops one of which nothing is heard",
    app,
    reading: { kind: "none" },
    policy: older,
    verdict: "stop max-age",
    idleSeconds: null,
  },
  {
    name: "keeps one that is a second younger, and says when it is stopped",
    app: anApp({ createdAt: ago(3 * DAY - 1) }),
    reading: busy({ up: 3 * DAY - 1 }),
    policy: older,
    verdict: "keep busy-kernel",
    eligibleAt: secondsAfter(NOW, 1),
  },
  {
    name: "counts its age from when its agent began, whatever its creation time",
    app,
    reading: busy({ up: 3 * DAY - 60 }),
    policy: older,
    verdict: "keep busy-kernel",
    eligibleAt: secondsAfter(NOW, 60),
  },
  {
    name: "keeps an exempt one for good",
    app,
    policy: { ...older, maxAge: 4 * DAY, exempt: true },
    verdict: "keep exempt",
    eligibleAt: null,
  },
  {
    name: "says when an idle app could be stopped before that",
    app: anApp({ createdAt: ago(DAY) }),
    reading: aHeartbeat({ idle: { kernels: 3000 } }, NOW),
    policy: older,
    verdict: "keep recently-active",
    eligibleAt: secondsAfter(NOW, 600),
  },
  {
    name: "says of an idle app that it is stopped for its age before",
    app: anApp({ createdAt: ago(DAY) }),
    reading: aHeartbeat({ up: DAY, idle: { kernels: 3000 } }, NOW),
    policy: aPolicy({ maxAge: DAY + 60 }),
    verdict: "keep recently-active",
    eligibleAt: secondsAfter(NOW, 60),
  },
  {
    name: "keeps one for as long as its user asked",
    app,
    reading: keptFor(600),
    policy: older,
    verdict: "keep kept-alive",
    eligibleAt: secondsAfter(NOW, 600),
  },
  { name: "stops it when that is over", app, reading: keptFor(0), policy: older, verdict: "stop max-age" },
  {
    name: "keeps one that is younger than its minimum runtime",
    app,
    policy: { ...older, minRuntime: 4 * DAY },
    verdict: "keep young",
  },
  {
    name: "warns first",
    app,
    reading: busy(),
    policy: warning,
    verdict: "keep warned",
    detail: /^runs for 3 d of 3 d; its user is to be warned first$/,
    eligibleAt: secondsAfter(NOW, 600),
    dueWarning: { why, warnSeconds: 600, warnedAfter: ago(3 * DAY), endsByActivity: false },
    waitsForWarning: true,
  },
  {
    name: "warns before the age is reached",
    app: anApp({ createdAt: ago(3 * DAY - 600) }),
    reading: busy({ up: 3 * DAY - 600 }),
    policy: warning,
    verdict: "keep warned",
    eligibleAt: secondsAfter(NOW, 600),
    dueWarning: { why },
    waitsForWarning: false,
  },
  {
    name: "warns for all of the time that it should, also where that begins late",
    app: anApp({ createdAt: ago(3 * DAY - 300) }),
    reading: busy({ up: 3 * DAY - 300 }),
    policy: warning,
    verdict: "keep warned",
    eligibleAt: secondsAfter(NOW, 600),
  },
  {
    name: "keeps one that is not of that age yet, though its user was warned for long enough",
    app: anApp({ createdAt: ago(3 * DAY - 300) }),
    reading: busy({ up: 3 * DAY - 300, notice: { id: "3f2a9c", for: 700 } }),
    notice: aNotice({ why }, ago(700)),
    policy: warning,
    verdict: "keep warned",
    eligibleAt: secondsAfter(NOW, 300),
    dueWarning: null,
  },
  {
    name: "does not believe an agent that died that it showed the warning",
    app,
    reading: aHeartbeat({ up: 3 * DAY - 200, renewIn: 60, notice: { id: "3f2a9c", for: 600 } }, ago(100)),
    notice: aNotice({ why }, ago(800)),
    policy: warning,
    verdict: "keep warned",
    detail: /has not said yet/,
  },
  {
    name: "does not warn earlier",
    app: anApp({ createdAt: ago(3 * DAY - 601) }),
    reading: busy({ up: 3 * DAY - 601 }),
    policy: warning,
    verdict: "keep busy-kernel",
  },
  {
    name: "stops one whose user was warned for long enough",
    app,
    reading: busy({ notice: { id: "3f2a9c", for: 600 } }),
    notice: aNotice({ why }, ago(700)),
    policy: warning,
    verdict: "stop max-age",
  },
  {
    name: "keeps it until then",
    app,
    reading: busy({ notice: { id: "3f2a9c", for: 599 } }),
    notice: aNotice({ why }, ago(700)),
    policy: warning,
    verdict: "keep warned",
    eligibleAt: secondsAfter(NOW, 1),
    dueWarning: null,
    waitsForWarning: true,
  },
  {
    name: "takes a warning of an idle app's stop for none of this one",
    app,
    reading: busy({ notice: { id: "3f2a9c", for: 700 } }),
    notice: aNotice({}, ago(700)),
    policy: warning,
    verdict: "keep warned",
    detail: /is to be warned first/,
  },
  {
    name: "warns anew after its user had it kept",
    app,
    reading: keptFor(0),
    notice: aNotice({ why }, ago(700)),
    policy: warning,
    verdict: "keep warned",
    detail: /is to be warned first/,
  },
  {
    name: "does not warn anew after a wish where the policy allows none",
    app,
    reading: busy({ keepAlive: { for: 600, since: 60 }, notice: { id: "3f2a9c", for: 700 } }),
    notice: aNotice({ why }, ago(700)),
    policy: { ...warning, keepAliveAtMost: 0 },
    verdict: "stop max-age",
  },
  {
    name: "is drawn out by no agent that shows the warning again and again",
    app,
    reading: busy({ notice: { id: "3f2a9c", for: 0 } }),
    notice: aNotice({ why }, ago(1500)),
    policy: warning,
    verdict: "stop max-age",
  },
  {
    name: "stops without a warning where there is no way to tell anybody",
    app,
    reading: busy(),
    policy: { ...warning, notifyIn: [] },
    verdict: "stop max-age",
  },
  {
    name: "would stop in a dry run, as if its user had been warned",
    app,
    reading: busy(),
    notice: { kind: "assumed" },
    policy: warning,
    verdict: "stop max-age",
  },
]);

it("no app is stopped for its age without a maximum one, before it, or before a warning that was old enough", () => {
  let stops = 0;
  fc.assert(
    fc.property(apps, readings, notices, policies, (anyApp, reading, notice, policy) => {
      const verdict = verdictOn(anyApp, reading, policy, { notice });
      if (verdict.reason !== "max-age") return;
      stops += 1;
      assert.ok(policy.maxAge !== undefined);
      assert.ok(secondsBetween(anyApp.createdAt, NOW) >= policy.maxAge);
      if (!policy.warnBefore || policy.notifyIn.length === 0) return;
      assert.ok(notice.kind === "notice" && notice.notice.kind === "warned");
      assert.ok(secondsBetween(notice.writtenAt, NOW) >= Math.min(policy.warnBefore, policy.maxAge / 2));
    }),
    { numRuns: 3000 },
  );
  assert.ok(stops > 10, `only ${stops} of these were stops`);
});
