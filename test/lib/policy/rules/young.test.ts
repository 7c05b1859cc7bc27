import { ago, aHeartbeat, anApp, aPolicy, NOW } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule young", [
  {
    name: "keeps an idle app that is younger than the minimum runtime",
    app: anApp({ createdAt: ago(7199) }),
    reading: aHeartbeat({ up: 7200, idle: { kernels: 7000, terminals: 7000 } }),
    policy: aPolicy({ minRuntime: 7200 }),
    verdict: "keep young",
    detail: /^it is younger than its minimum runtime of 2 h$/,
    eligibleAt: new Date(NOW.getTime() + 1000),
  },
  {
    name: "stops an idle app once it is as old as the minimum runtime",
    app: anApp({ createdAt: ago(7200) }),
    reading: aHeartbeat({ up: 7190, idle: { kernels: 7000, terminals: 7000 } }),
    policy: aPolicy({ minRuntime: 7200 }),
    verdict: "stop idle",
  },
  {
    name: "keeps no app where the minimum runtime is 0, whatever the clocks say",
    app: anApp({ createdAt: ago(-1) }),
    reading: { kind: "none" },
    policy: aPolicy({ minRuntime: 0 }),
    verdict: "keep no-heartbeat",
  },
  {
    name: "keeps an app whose agent is younger than the minimum runtime, whatever its creation time",
    app: anApp({ createdAt: ago(80_000) }),
    reading: aHeartbeat({ up: 7000, idle: { kernels: 7000, terminals: 7000 } }),
    policy: aPolicy({ minRuntime: 7200 }),
    verdict: "keep young",
    eligibleAt: new Date(NOW.getTime() + 190_000),
  },
]);
