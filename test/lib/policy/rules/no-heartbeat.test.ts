import { ago, aHeartbeat, anApp } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule no-heartbeat", [
  {
    name: "keeps an app that never sent a heartbeat",
    reading: { kind: "none" },
    verdict: "keep no-heartbeat",
    detail: /^no heartbeat since the app started 1 d ago$/,
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
]);
