import { anApp, aPolicy } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

const doubt = "whether production holds is not known: its domain's name cannot be read";

describeRule("rule-unknown", [
  {
    name: "keeps an app of which nobody knows whether a rule holds that may exempt it, and says which",
    policy: aPolicy({ doubt }),
    verdict: "keep rule-unknown",
    detail: /^whether production holds is not known: its domain's name cannot be read$/,
  },
  {
    name: "says nothing of an app that does not run",
    app: anApp({ status: "Pending" }),
    policy: aPolicy({ doubt }),
    verdict: "keep not-running",
  },
]);
