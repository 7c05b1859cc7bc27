import { anApp } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule not-covered", [
  {
    name: "keeps an idle app of a type that is not covered",
    app: anApp({ type: "RStudioServerPro" }),
    verdict: "keep not-covered",
    detail: /RStudioServerPro/,
  },
  { name: "stops an idle Code Editor app", app: anApp({ type: "CodeEditor" }), verdict: "stop idle" },
]);
