import { ago, aHeartbeat } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule stale-heartbeat", [
  {
    name: "believes a heartbeat to the last second of its lease",
    reading: aHeartbeat({ renewIn: 600 }, ago(600)),
    verdict: "stop idle",
  },
  {
    name: "keeps an app whose agent died, however idle its last heartbeat",
    reading: aHeartbeat({ renewIn: 600 }, ago(601)),
    verdict: "keep stale-heartbeat",
    detail: /fell silent.*10 min 1 s ago/,
  },
]);
