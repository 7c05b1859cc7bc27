import { readNotice } from "../../../../lib/domain/notice.ts";
import { secondsAfter } from "../../../../lib/policy/time.ts";
import { ago, aHeartbeat, aNotice, aPolicy, NOW } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

const policy = aPolicy({ idleTimeInSeconds: 3600, warnBefore: 600 });
const idleFor = (seconds: number, notice?: { id: string; for: number }) =>
  aHeartbeat({ idle: { kernels: seconds, terminals: seconds }, ...(notice && { notice }) }, ago(10));
const shownFor = (seconds: number) => ({ id: "3f2a9c", for: seconds });

describeRule("the rule warned", [
  {
    name: "leaves an app alone before its warning is due",
    reading: idleFor(2999),
    policy,
    verdict: "keep recently-active",
    eligibleAt: secondsAfter(NOW, -10 + 601),
  },
  {
    name: "keeps an app whose warning is due, and says when it could be stopped",
    reading: idleFor(3000),
    policy,
    verdict: "keep warned",
    detail: /kernels idle for 50 min of 1 h; its user is to be warned first/,
    eligibleAt: secondsAfter(NOW, 600),
  },
  {
    name: "never stops an app whose user was told nothing, however idle it is",
    reading: idleFor(43_200),
    policy,
    verdict: "keep warned",
  },
  {
    name: "keeps an app for all of its warning, from when its agent has read that",
    reading: idleFor(4000, shownFor(580)),
    notice: aNotice({}, ago(3000)),
    policy,
    verdict: "keep warned",
    detail: /its user is warned$/,
    eligibleAt: secondsAfter(NOW, 10),
  },
  {
    name: "stops an app once its user has been warned for long enough",
    reading: idleFor(4000, shownFor(590)),
    notice: aNotice({}, ago(3000)),
    policy,
    verdict: "stop idle",
  },
  {
    name: "keeps a warned app until its timeout, however long the warning has been shown",
    reading: idleFor(3599, shownFor(599)),
    notice: aNotice({}, ago(700)),
    policy,
    verdict: "keep warned",
    eligibleAt: ago(9),
  },
  {
    name: "believes no agent that it has shown a notice since before it was written",
    reading: idleFor(4000, shownFor(4000)),
    notice: aNotice({}, ago(599)),
    policy,
    verdict: "keep warned",
    eligibleAt: secondsAfter(NOW, 1),
  },
  {
    name: "believes no agent that said so before the notice was written",
    reading: idleFor(4000, shownFor(4000)),
    notice: aNotice({}, ago(9)),
    policy,
    verdict: "keep warned",
    detail: /has not said yet/,
  },
  {
    name: "takes what an agent says of another notice for nothing",
    reading: idleFor(4000, { id: "another", for: 3000 }),
    notice: aNotice({}, ago(1000)),
    policy,
    verdict: "keep warned",
    detail: /has not said yet/,
    eligibleAt: secondsAfter(NOW, 500),
  },
  {
    name: "waits for an agent that never says so twice as long and five minutes, and then stops",
    reading: idleFor(4000),
    notice: aNotice({}, ago(1500)),
    policy,
    verdict: "stop idle",
  },
  {
    name: "keeps within that bound",
    reading: idleFor(4000),
    notice: aNotice({}, ago(1499)),
    policy,
    verdict: "keep warned",
    eligibleAt: secondsAfter(NOW, 1),
  },
  {
    name: "counts no warning of before the last activity",
    reading: idleFor(3700, shownFor(3000)),
    notice: aNotice({}, ago(3711)),
    policy,
    verdict: "keep warned",
    detail: /is to be warned first/,
  },
  {
    name: "counts no notice of a former stop as a warning",
    reading: idleFor(4000, shownFor(3000)),
    notice: aNotice({ kind: "stopped" }, ago(3500)),
    policy,
    verdict: "keep warned",
    detail: /is to be warned first/,
  },
  {
    name: "counts nothing that cannot be read as a warning",
    reading: idleFor(4000),
    notice: readNotice("\u{1F4A5}{", ago(3500)),
    policy,
    verdict: "keep warned",
    detail: /is to be warned first/,
  },
  {
    name: "counts a warning from the future from when it says that it was written",
    reading: idleFor(4000, shownFor(4000)),
    notice: aNotice({}, secondsAfter(NOW, 3000)),
    policy,
    verdict: "keep warned",
  },
  {
    name: "warns by a heartbeat of an agent whose clock is a little ahead, as by any other",
    reading: aHeartbeat({ idle: { kernels: 3000, terminals: 3000 } }, secondsAfter(NOW, 50)),
    policy,
    verdict: "keep warned",
  },
  {
    name: "warns for half of a short timeout at most",
    reading: aHeartbeat({ sampleEvery: 1, idle: { kernels: 49, terminals: 49 } }, NOW),
    policy: aPolicy({ idleTimeInSeconds: 100, warnBefore: 600 }),
    verdict: "keep recently-active",
  },
  {
    name: "warns from half of a short timeout on",
    reading: aHeartbeat({ sampleEvery: 1, idle: { kernels: 50, terminals: 50 } }, NOW),
    policy: aPolicy({ idleTimeInSeconds: 100, warnBefore: 600 }),
    verdict: "keep warned",
    eligibleAt: secondsAfter(NOW, 50),
  },
  {
    name: "judges a dry run, in which nobody is told anything, as if they were",
    reading: idleFor(3599),
    notice: { kind: "assumed" },
    policy,
    verdict: "keep warned",
  },
  {
    name: "would stop at the timeout in a dry run",
    reading: idleFor(3600),
    notice: { kind: "assumed" },
    policy,
    verdict: "stop idle",
  },
  {
    name: "warns nobody where the policy does not",
    reading: idleFor(3600),
    policy: aPolicy({ warnBefore: 0 }),
    verdict: "stop idle",
  },
]);
