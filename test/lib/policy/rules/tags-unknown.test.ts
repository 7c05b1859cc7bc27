import { anApp, aPolicy } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("tags-unknown", [
  {
    name: "keeps an idle app whose tags cannot be read: one of them might ask for that",
    tags: "unreadable",
    verdict: "keep tags-unknown",
    detail: /^its tags cannot be read/,
    eligibleAt: null,
  },
  {
    name: "keeps it also where silence would stop it",
    tags: "unreadable",
    reading: { kind: "none" },
    policy: aPolicy({ silentAfter: 60 }),
    verdict: "keep tags-unknown",
  },
  {
    name: "says nothing of an app that no tag could concern, since it does not run",
    app: anApp({ status: "Pending" }),
    tags: "unreadable",
    verdict: "keep not-running",
  },
  {
    name: "says nothing of an app that no tag could concern, since the policy exempts it",
    tags: "unreadable",
    policy: aPolicy({ exempt: true }),
    verdict: "keep exempt",
  },
]);
