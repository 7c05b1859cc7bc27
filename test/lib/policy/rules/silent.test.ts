import { ago, aHeartbeat, aPolicy, NOW } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule silent", [
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
    name: "keeps an app whose agent died, even where silence is opted in, while its last heartbeat is within its lease",
    reading: aHeartbeat({ renewIn: 9000, idle: { kernels: 5, terminals: 5 } }, ago(8000)),
    policy: aPolicy({ silentAfter: 7200 }),
    verdict: "keep recently-active",
  },
]);
