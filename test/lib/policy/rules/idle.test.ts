import { ago, aHeartbeat, anApp } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule idle", [
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
]);
