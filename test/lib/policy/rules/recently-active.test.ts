import { ago, aHeartbeat, anApp, aPolicy } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule recently-active", [
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
    name: "keeps an app whose remote editor alone has moved for a day",
    reading: aHeartbeat({ up: 90_000, idle: { editor: 100, kernels: 86_400, files: 86_400 } }),
    app: anApp({ createdAt: ago(100_000) }),
    verdict: "keep recently-active",
    detail: /editor idle/,
  },
  {
    name: "stops an app whose editor's note has moved for more than a day, and nothing else did: a buffer is unsaved",
    reading: aHeartbeat({ up: 90_000, idle: { editor: 100, kernels: 86_401, files: 86_401 } }),
    app: anApp({ createdAt: ago(100_000) }),
    verdict: "stop idle",
  },
  {
    name: "believes an editor's note beside a source that moved within a day, whatever the others",
    reading: aHeartbeat({ up: 90_000, idle: { editor: 100, kernels: 86_401, files: 500 } }),
    app: anApp({ createdAt: ago(100_000) }),
    verdict: "keep recently-active",
    detail: /^editor idle/,
    idleSeconds: 100,
  },
  {
    name: "believes an editor's note that is all that is known",
    app: anApp({ type: "CodeEditor" }),
    reading: aHeartbeat({ idle: { editor: 100 } }),
    verdict: "keep recently-active",
    detail: /^editor idle/,
  },
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
    name: "never adds silence to idleness: an old heartbeat does not grow idler by itself",
    reading: aHeartbeat({ renewIn: 5000, idle: { kernels: 3000, terminals: 3000 } }, ago(4000)),
    verdict: "keep recently-active",
    idleSeconds: 3000,
    detail: /at its last heartbeat; the next one must confirm the rest/,
  },
  {
    name: "says so from the very timeout on",
    reading: aHeartbeat({ renewIn: 5000, idle: { kernels: 3000, terminals: 3000 } }, ago(600)),
    verdict: "keep recently-active",
    detail: /^kernels idle for 50 min of 1 h at its last heartbeat; the next one must confirm the rest$/,
  },
  {
    name: "says so no earlier",
    reading: aHeartbeat({ renewIn: 5000, idle: { kernels: 3000, terminals: 3000 } }, ago(599)),
    verdict: "keep recently-active",
    detail: /^kernels idle for 50 min of 1 h$/,
  },
  {
    name: "believes no idleness shorter than the time between two looks",
    reading: aHeartbeat({ sampleEvery: 60, idle: { kernels: 59, terminals: 59 } }),
    policy: aPolicy({ idleTimeInSeconds: 20 }),
    verdict: "keep recently-active",
  },
  {
    name: "keeps an app that the policy never stops for idleness, however idle it is",
    policy: aPolicy({ idleTimeInSeconds: Infinity }),
    verdict: "keep recently-active",
    detail: /^kernels idle for 12 h, for which it is never stopped$/,
    eligibleAt: null,
  },
]);
