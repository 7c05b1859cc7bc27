import { readHeartbeat } from "../../../../lib/domain/heartbeat.ts";
import { ago, aHeartbeat, anApp } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule bad-heartbeat", [
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
]);
