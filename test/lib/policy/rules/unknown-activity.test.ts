import { aHeartbeat, anApp, aPolicy } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule unknown-activity", [
  {
    name: "keeps an app whose kernels cannot be read",
    reading: aHeartbeat({ idle: { kernels: null, terminals: 43_200 } }),
    verdict: "keep unknown-activity",
    detail: /^its agent cannot read kernels$/,
  },
  {
    name: "says why the agent cannot read a source",
    reading: aHeartbeat({ idle: { kernels: null }, why: { kernels: "the Jupyter server wants a token" } }),
    verdict: "keep unknown-activity",
    detail: /^its agent cannot read kernels: the Jupyter server wants a token$/,
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
    detail: /^its agent reports no source that the policy counts$/,
  },
  {
    name: "keeps an app whose connections count and cannot be read",
    reading: aHeartbeat({ connections: null }),
    policy: aPolicy({ ignoreConnections: false }),
    verdict: "keep unknown-activity",
    detail: /connections/,
  },
  {
    name: "stops an idle Code Editor app whose kernels nobody's connections are known of",
    app: anApp({ type: "CodeEditor" }),
    reading: aHeartbeat({ idle: { editor: 43_200, kernels: 43_200 }, connections: null }),
    policy: aPolicy({ ignoreConnections: false }),
    verdict: "stop idle",
  },
  {
    name: "stops an idle app whose unreadable connections do not count",
    reading: aHeartbeat({ connections: null }),
    verdict: "stop idle",
  },
  {
    name: "keeps an app whose GPUs cannot be read",
    reading: aHeartbeat({ idle: { kernels: 43_200, gpu: null } }),
    verdict: "keep unknown-activity",
    detail: /gpu/,
  },
]);
