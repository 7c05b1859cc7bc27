import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { App } from "../../../lib/domain/app.ts";
import { readHeartbeat, type Reading } from "../../../lib/domain/heartbeat.ts";
import { decide } from "../../../lib/policy/decide.ts";
import type { AppPolicy } from "../../../lib/policy/document.ts";
import type { Verdict } from "../../../lib/policy/verdict.ts";
import { ago, aHeartbeat, anApp, aPolicy, NOW } from "../builders.ts";

type Row = {
  name: string;
  app?: App;
  reading?: Reading;
  policy?: AppPolicy;
  verdict: `${Verdict["verdict"]} ${Verdict["reason"]}`;
  detail?: RegExp;
  idleSeconds?: number | null;
  eligibleAt?: Date | null;
};

const table: readonly Row[] = [
  // 1, 2: what is not running, or not ours
  {
    name: "keeps an app that is still starting",
    app: anApp({ status: "Pending" }),
    verdict: "keep not-running",
    detail: /Pending/,
  },
  {
    name: "keeps an app that is being deleted already",
    app: anApp({ status: "Deleting" }),
    verdict: "keep not-running",
  },
  { name: "keeps an app whose launch failed", app: anApp({ status: "Failed" }), verdict: "keep not-running" },
  {
    name: "keeps an app with a status nobody has heard of",
    app: anApp({ status: "Hibernating" }),
    verdict: "keep not-running",
  },
  {
    name: "keeps an idle app of a type that is not covered",
    app: anApp({ type: "RStudioServerPro" }),
    verdict: "keep not-covered",
    detail: /RStudioServerPro/,
  },
  { name: "stops an idle Code Editor app", app: anApp({ type: "CodeEditor" }), verdict: "stop idle" },

  // 5: minimum runtime
  {
    name: "keeps an idle app that is younger than the minimum runtime",
    app: anApp({ createdAt: ago(7199) }),
    reading: aHeartbeat({ up: 7000, idle: { kernels: 7000, terminals: 7000 } }),
    policy: aPolicy({ minRuntime: 7200 }),
    verdict: "keep young",
    eligibleAt: new Date(NOW.getTime() + 1000),
  },
  {
    name: "stops an idle app once it is as old as the minimum runtime",
    app: anApp({ createdAt: ago(7200) }),
    reading: aHeartbeat({ up: 7000, idle: { kernels: 7000, terminals: 7000 } }),
    policy: aPolicy({ minRuntime: 7200 }),
    verdict: "stop idle",
  },

  // 7: no heartbeat of this incarnation
  {
    name: "keeps an app that never sent a heartbeat",
    reading: { kind: "none" },
    verdict: "keep no-heartbeat",
    idleSeconds: null,
  },
  {
    name: "keeps an app whose only heartbeat is of its former incarnation",
    app: anApp({ createdAt: ago(300) }),
    reading: aHeartbeat({}, ago(301)),
    verdict: "keep no-heartbeat",
  },
  {
    name: "keeps an app whose only heartbeat is of its former incarnation and garbage",
    app: anApp({ createdAt: ago(300) }),
    reading: { kind: "unreadable", receivedAt: ago(301), why: "x" },
    verdict: "keep no-heartbeat",
  },
  {
    name: "keeps a silent app until the policy's own timeout for silence",
    reading: { kind: "none" },
    policy: aPolicy({ silentAfter: 86_401 }),
    verdict: "keep no-heartbeat",
  },
  {
    name: "stops a silent app where the policy opts in",
    reading: { kind: "none" },
    policy: aPolicy({ silentAfter: 86_400 }),
    verdict: "stop silent",
    eligibleAt: NOW,
  },

  // 8: the lease ran out
  {
    name: "believes a heartbeat to the last second of its lease",
    reading: aHeartbeat({ renewIn: 600 }, ago(600)),
    verdict: "stop idle",
  },
  {
    name: "keeps an app whose agent died, however idle its last word",
    reading: aHeartbeat({ renewIn: 600 }, ago(601)),
    verdict: "keep stale-heartbeat",
    detail: /fell silent.*10 min 1 s ago/,
  },
  {
    name: "keeps an app whose agent died until the timeout for silence",
    reading: aHeartbeat({ renewIn: 600 }, ago(7199)),
    policy: aPolicy({ silentAfter: 7200 }),
    verdict: "keep stale-heartbeat",
  },
  {
    name: "stops an app whose agent died where the policy opts in",
    reading: aHeartbeat({ renewIn: 600 }, ago(7200)),
    policy: aPolicy({ silentAfter: 7200 }),
    verdict: "stop silent",
  },
  {
    name: "keeps an app whose agent died, even where silence is opted in, while its last word is in its lease",
    reading: aHeartbeat({ renewIn: 9000, idle: { kernels: 5, terminals: 5 } }, ago(8000)),
    policy: aPolicy({ silentAfter: 7200 }),
    verdict: "keep recently-active",
  },

  // 9: unreadable
  {
    name: "keeps an app whose heartbeat is garbage",
    reading: readHeartbeat("}{", ago(10)),
    verdict: "keep bad-heartbeat",
    detail: /not a JSON object/,
  },
  {
    name: "keeps an app whose heartbeat is of an unknown version",
    reading: readHeartbeat('{"v":2}', ago(10)),
    verdict: "keep bad-heartbeat",
    detail: /v: /,
  },
  {
    name: "keeps an app whose heartbeat comes from the future",
    reading: aHeartbeat({}, ago(-61)),
    verdict: "keep bad-heartbeat",
    detail: /future/,
  },
  { name: "forgives clocks that differ by a minute", reading: aHeartbeat({}, ago(-59)), verdict: "stop idle" },
  {
    name: "keeps an app whose heartbeat speaks of a longer life than the app has had",
    app: anApp({ createdAt: ago(7200) }),
    verdict: "keep bad-heartbeat",
    detail: /longer than the app exists/,
  },
  {
    name: "keeps an app whose heartbeat calls a source idle for longer than its agent has looked",
    reading: aHeartbeat({ up: 60 }),
    verdict: "keep bad-heartbeat",
  },

  // 10: unknown is never idle
  {
    name: "keeps an app whose kernels cannot be read",
    reading: aHeartbeat({ idle: { kernels: null, terminals: 43_200 } }),
    verdict: "keep unknown-activity",
    detail: /kernels/,
  },
  {
    name: "keeps an app whose terminals cannot be read",
    reading: aHeartbeat({ idle: { kernels: 43_200, terminals: null } }),
    verdict: "keep unknown-activity",
    detail: /terminals/,
  },
  {
    name: "stops an idle app whose unreadable terminals do not count",
    reading: aHeartbeat({ idle: { kernels: 43_200, terminals: null } }),
    policy: aPolicy({ skipTerminals: true }),
    verdict: "stop idle",
  },
  {
    name: "stops an idle app that has no terminals at all",
    reading: aHeartbeat({ idle: { kernels: 43_200 } }),
    verdict: "stop idle",
  },
  {
    name: "keeps an app that reports nothing the policy counts",
    reading: aHeartbeat({ idle: { terminals: 43_200 } }),
    policy: aPolicy({ skipTerminals: true }),
    verdict: "keep unknown-activity",
  },
  {
    name: "keeps an app whose connections count and cannot be read",
    reading: aHeartbeat({ connections: null }),
    policy: aPolicy({ ignoreConnections: false }),
    verdict: "keep unknown-activity",
    detail: /connections/,
  },
  {
    name: "stops an idle app whose unreadable connections do not count",
    reading: aHeartbeat({ connections: null }),
    verdict: "stop idle",
  },

  // 11: at work
  {
    name: "keeps an app whose kernel is busy, however long",
    reading: aHeartbeat({
      idle: { kernels: 0, terminals: 43_200 },
      busy: { kernels: { what: "train.ipynb", for: 40_000 } },
    }),
    verdict: "keep busy-kernel",
    detail: /train\.ipynb, for 11 h 6 min/,
    idleSeconds: 0,
  },
  {
    name: "keeps an app whose terminal runs a job",
    reading: aHeartbeat({
      idle: { kernels: 43_200, terminals: 0 },
      busy: { terminals: { what: "python train.py", for: 40_000 } },
    }),
    verdict: "keep terminal-job",
  },
  {
    name: "stops an app whose terminal runs a job where terminals do not count",
    reading: aHeartbeat({
      idle: { kernels: 43_200, terminals: 0 },
      busy: { terminals: { what: "python train.py", for: 40_000 } },
    }),
    policy: aPolicy({ skipTerminals: true }),
    verdict: "stop idle",
  },
  {
    name: "keeps an app whose idle kernel computes in a thread, or what it started does",
    reading: aHeartbeat({
      idle: { kernels: 43_200, terminals: 43_200, cpu: 0 },
      busy: { cpu: { what: "python train.py uses 0.9 of a core", for: 3000 } },
    }),
    verdict: "keep busy-cpu",
    detail: /python train\.py uses 0\.9 of a core, for 50 min/,
  },
  {
    name: "keeps an app whose GPU computes",
    reading: aHeartbeat({
      idle: { kernels: 43_200, gpu: 0 },
      busy: { gpu: { what: "a GPU is used to 87%", for: 60 } },
    }),
    verdict: "keep busy-gpu",
  },
  {
    name: "stops an app whose processes compute where the policy does not count cpu",
    reading: aHeartbeat({ idle: { kernels: 43_200, cpu: 0 }, busy: { cpu: { what: "x", for: 3000 } } }),
    policy: aPolicy({ sources: ["kernels"] }),
    verdict: "stop idle",
  },
  {
    name: "stops an idle Code Editor app, which has no kernels to be connected to, where connections count",
    reading: aHeartbeat({ idle: { terminals: 43_200, editor: 43_200 }, connections: null }),
    policy: aPolicy({ ignoreConnections: false }),
    verdict: "stop idle",
  },
  {
    name: "keeps an app whose GPUs cannot be read",
    reading: aHeartbeat({ idle: { kernels: 43_200, gpu: null } }),
    verdict: "keep unknown-activity",
    detail: /gpu/,
  },
  {
    name: "keeps an app in which a file was saved",
    reading: aHeartbeat({ idle: { kernels: 43_200, files: 100 } }),
    verdict: "keep recently-active",
    detail: /files idle/,
  },
  {
    name: "keeps a Code Editor app that was used",
    app: anApp({ type: "CodeEditor" }),
    reading: aHeartbeat({ idle: { editor: 100, terminals: 43_200 } }),
    verdict: "keep recently-active",
    detail: /editor idle/,
  },
  {
    name: "stops an idle app that a forgotten tab is connected to",
    reading: aHeartbeat({ connections: 3 }),
    verdict: "stop idle",
  },
  {
    name: "keeps an app that someone has open where connections count",
    reading: aHeartbeat({ connections: 3 }),
    policy: aPolicy({ ignoreConnections: false }),
    verdict: "keep connected",
    detail: /3 open connections/,
  },
  {
    name: "stops an idle app that nobody has open where connections count",
    policy: aPolicy({ ignoreConnections: false }),
    verdict: "stop idle",
  },

  // 12: the least idle counted source
  {
    name: "keeps an app one second before its timeout, and says when it becomes eligible",
    reading: aHeartbeat({ idle: { kernels: 3599, terminals: 43_200 } }),
    verdict: "keep recently-active",
    detail: /kernels idle for 59 min 59 s of 1 h/,
    idleSeconds: 3599,
    eligibleAt: ago(9),
  },
  {
    name: "keeps an app that was used in a terminal",
    reading: aHeartbeat({ idle: { kernels: 43_200, terminals: 12 } }),
    verdict: "keep recently-active",
    detail: /terminals idle/,
    eligibleAt: ago(10 - 3588),
  },
  {
    name: "stops an app that was used in a terminal only, where terminals do not count",
    reading: aHeartbeat({ idle: { kernels: 43_200, terminals: 12 } }),
    policy: aPolicy({ skipTerminals: true }),
    verdict: "stop idle",
  },
  {
    name: "never adds silence to idleness: an agent's old word does not grow idler by itself",
    reading: aHeartbeat({ renewIn: 5000, idle: { kernels: 3000, terminals: 3000 } }, ago(4000)),
    verdict: "keep recently-active",
    idleSeconds: 3000,
    detail: /the agent's next word decides/,
  },
  {
    name: "believes no idleness shorter than the time between two looks",
    reading: aHeartbeat({ sampleEvery: 60, idle: { kernels: 59, terminals: 59 } }),
    policy: aPolicy({ idleTimeInSeconds: 20 }),
    verdict: "keep recently-active",
  },

  // 14: idle
  {
    name: "stops an app at its timeout",
    reading: aHeartbeat({ idle: { kernels: 3600, terminals: 3600 } }),
    verdict: "stop idle",
    idleSeconds: 3600,
    eligibleAt: ago(10),
  },
  {
    name: "stops an app that was never used, counting from its start",
    app: anApp({ createdAt: ago(3700) }),
    reading: aHeartbeat({ up: 3650, idle: { kernels: 3650, terminals: 3650 } }),
    verdict: "stop idle",
  },
];

describe("a verdict", () => {
  for (const { name, verdict, detail, ...row } of table) {
    it(name, () => {
      const got = decide(row.app ?? anApp(), row.reading ?? aHeartbeat(), row.policy ?? aPolicy(), NOW);
      assert.equal(`${got.verdict} ${got.reason}`, verdict, got.detail);
      if (detail) assert.match(got.detail, detail);
      if (row.idleSeconds !== undefined) assert.equal(got.idleSeconds, row.idleSeconds);
      if (row.eligibleAt !== undefined) assert.deepEqual(got.eligibleAt, row.eligibleAt);
    });
  }
});
