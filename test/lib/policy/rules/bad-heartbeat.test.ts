import { readHeartbeat } from "../../../../lib/domain/heartbeat.ts";
import { ago, aHeartbeat, anApp, aPolicy, NOW } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule bad-heartbeat", [
  {
    name: "keeps an app whose heartbeat is garbage",
    reading: readHeartbeat("}{", ago(10)),
    verdict: "keep bad-heartbeat",
    detail: /^its heartbeat cannot be read: not a JSON object$/,
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
    detail: /^its heartbeat comes from the future$/,
  },
  { name: "forgives clocks that differ by a minute", reading: aHeartbeat({}, ago(-60)), verdict: "stop idle" },
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
    detail: /^its heartbeat says that kernels have been idle for 12 h, longer than its agent has run$/,
  },
  {
    name: "forgives an agent's life that is a minute longer than the app's",
    app: anApp({ createdAt: ago(7200) }),
    reading: aHeartbeat({ up: 7260, idle: { kernels: 7000 } }, NOW),
    verdict: "stop idle",
  },
  {
    name: "forgives no second more",
    app: anApp({ createdAt: ago(7200) }),
    reading: aHeartbeat({ up: 7261, idle: { kernels: 7000 } }, NOW),
    verdict: "keep bad-heartbeat",
    detail: /^its heartbeat says that its agent has run for 2 h 1 min, longer than the app exists$/,
  },
  {
    name: "forgives an idle time that is rounded to a second more than its agent has run",
    reading: aHeartbeat({ up: 7000, idle: { kernels: 7001 } }),
    verdict: "stop idle",
  },
  {
    name: "forgives no two seconds",
    reading: aHeartbeat({ up: 7000, idle: { terminals: 7002 } }),
    verdict: "keep bad-heartbeat",
    detail: /terminals have been idle for 1 h 56 min/,
  },
  {
    name: "keeps an app whose heartbeat says that work has hung for longer than its agent has looked",
    reading: aHeartbeat({ up: 7000, idle: { kernels: 5 }, busy: { kernels: { what: "x", for: 9000, still: 7002 } } }),
    policy: aPolicy({ hungAfter: 60 }),
    verdict: "keep bad-heartbeat",
    detail: /kernels have been idle for 1 h 56 min, longer/,
  },
  {
    name: "reads a heartbeat that came at the very instant of the app's creation as its own",
    app: anApp({ createdAt: ago(10) }),
    reading: aHeartbeat({ up: 0, idle: { kernels: 0 } }, ago(10)),
    verdict: "keep recently-active",
  },
]);
