import { EXEMPT_TAG } from "../../../../lib/domain/tags.ts";
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
  ...["true", "", "yes", "until we are done"].map((value) => ({
    name: `keeps an app whose tag says ${JSON.stringify(value)}`,
    tags: { [EXEMPT_TAG]: value },
    verdict: "keep exempt" as const,
    detail: /^the tag studio-reaper:exempt exempts it$/,
  })),
  ...["false", " No ", "off", "0"].map((value) => ({
    name: `is nothing where the nearest tag says ${JSON.stringify(value)}`,
    tags: { [EXEMPT_TAG]: value },
    verdict: "stop idle" as const,
  })),
  {
    name: "says nothing of an app that does not run",
    app: anApp({ status: "Pending" }),
    policy: aPolicy({ exempt: true }),
    verdict: "keep not-running",
  },
]);
