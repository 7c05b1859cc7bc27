import { anApp } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule not-running", [
  {
    name: "keeps an app that is still starting",
    app: anApp({ status: "Pending" }),
    verdict: "keep not-running",
    detail: /Pending/,
  },
  {
    name: "keeps an app that is being deleted already",
    app: anApp({ status: "Deleting" }),
    verdict: "keep not-running",
  },
  { name: "keeps an app whose launch failed", app: anApp({ status: "Failed" }), verdict: "keep not-running" },
  {
    name: "keeps an app with a status nobody has heard of",
    app: anApp({ status: "Hibernating" }),
    verdict: "keep not-running",
  },
]);
