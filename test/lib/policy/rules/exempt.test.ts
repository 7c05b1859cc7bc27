import { anApp, aPolicy } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("exempt", [
  {
    name: "keeps an app that the policy exempts, however idle",
    policy: aPolicy({ exempt: true, rule: "production" }),
    verdict: "keep exempt",
    detail: /^the policy exempts it, by production$/,
    eligibleAt: null,
  },
  {
    name: "keeps it also where nothing was ever heard of it, and silence would stop it",
    policy: aPolicy({ exempt: true, silentAfter: 60 }),
    reading: { kind: "none" },
    verdict: "keep exempt",
    detail: /^the policy exempts it$/,
  },
  {
    name: "says nothing of an app that does not run",
    app: anApp({ status: "Pending" }),
    policy: aPolicy({ exempt: true }),
    verdict: "keep not-running",
  },
]);
