import { aHeartbeat, aPolicy } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule connected", [
  {
    name: "stops an idle Code Editor app, which has no kernels to be connected to, where connections count",
    reading: aHeartbeat({ idle: { terminals: 43_200, editor: 43_200 }, connections: null }),
    policy: aPolicy({ ignoreConnections: false }),
    verdict: "stop idle",
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
    detail: /^3 open connections to its kernels$/,
    idleSeconds: 0,
  },
  {
    name: "keeps one that is open once",
    reading: aHeartbeat({ connections: 1 }),
    policy: aPolicy({ ignoreConnections: false }),
    verdict: "keep connected",
    detail: /^1 open connection to its kernels$/,
  },
  {
    name: "stops an idle app that nobody has open where connections count",
    policy: aPolicy({ ignoreConnections: false }),
    verdict: "stop idle",
  },
]);
