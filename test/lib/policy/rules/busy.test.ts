import { ago, aHeartbeat, anApp, aPolicy } from "../../builders.ts";
import { describeRule } from "./verdict-table.ts";

describeRule("the rule busy", [
  {
    name: "keeps an app whose kernel is busy, however long",
    reading: aHeartbeat({
      idle: { kernels: 0, terminals: 43_200 },
      busy: { kernels: { what: "train.ipynb", for: 40_000 } },
    }),
    verdict: "keep busy-kernel",
    detail: /^a kernel is busy: train\.ipynb, for 11 h 6 min$/,
    idleSeconds: 0,
  },
  {
    name: "keeps an app whose terminal runs a job",
    reading: aHeartbeat({
      idle: { kernels: 43_200, terminals: 0 },
      busy: { terminals: { what: "python train.py", for: 40_000 } },
    }),
    verdict: "keep terminal-job",
    detail: /^a job runs: python train\.py, for 11 h 6 min$/,
  },
  {
    name: "stops an app whose terminal runs a job where terminals do not count",
    reading: aHeartbeat({
      idle: { kernels: 43_200, terminals: 0 },
      busy: { terminals: { what: "python train.py", for: 40_000 } },
    }),
    policy: aPolicy({ skipTerminals: true }),
    verdict: "stop idle",
  },
  {
    name: "keeps an app whose idle kernel computes in a thread, or what it started does",
    reading: aHeartbeat({
      idle: { kernels: 43_200, terminals: 43_200, cpu: 0 },
      busy: { cpu: { what: "python train.py uses 0.9 of a core", for: 3000 } },
    }),
    verdict: "keep busy-cpu",
    detail: /^a process computes: python train\.py uses 0\.9 of a core, for 50 min$/,
  },
  {
    name: "keeps an app whose GPU computes",
    reading: aHeartbeat({
      idle: { kernels: 43_200, gpu: 0 },
      busy: { gpu: { what: "a GPU is used to 87%", for: 60 } },
    }),
    verdict: "keep busy-gpu",
    detail: /^a GPU computes: a GPU is used to 87%, for 60 s$/,
  },
  {
    name: "stops an app whose kernel has hung for a day, whatever it is called",
    reading: aHeartbeat(
      { up: 100_000, idle: { kernels: 0 }, busy: { kernels: { what: "a.ipynb", for: 99_000, still: 86_400 } } },
      ago(10),
    ),
    app: anApp({ createdAt: ago(100_000) }),
    verdict: "stop idle",
    detail: /^kernels idle for 1 d of 1 h: a\.ipynb hangs, without CPU time for as long$/,
    idleSeconds: 86_400,
  },
  {
    name: "keeps an app whose kernel has used no CPU time for less than the policy's time",
    reading: aHeartbeat(
      { up: 100_000, idle: { kernels: 0 }, busy: { kernels: { what: "a.ipynb", for: 99_000, still: 86_399 } } },
      ago(10),
    ),
    app: anApp({ createdAt: ago(100_000) }),
    verdict: "keep busy-kernel",
  },
  {
    name: "keeps an app at which something else was done inside the timeout while a job hangs",
    reading: aHeartbeat({
      idle: { kernels: 60, terminals: 0 },
      busy: { terminals: { what: "cat", for: 40_000, still: 40_000 } },
    }),
    policy: aPolicy({ hungAfter: 7200 }),
    verdict: "keep recently-active",
    idleSeconds: 60,
  },
  {
    name: "keeps an app whose hung job once used CPU time inside a longer timeout",
    reading: aHeartbeat({
      idle: { terminals: 0 },
      busy: { terminals: { what: "cat", for: 40_000, still: 3000 } },
    }),
    policy: aPolicy({ hungAfter: 60 }),
    verdict: "keep recently-active",
    idleSeconds: 3000,
  },
  {
    name: "stops an app whose processes compute where the policy does not count cpu",
    reading: aHeartbeat({ idle: { kernels: 43_200, cpu: 0 }, busy: { cpu: { what: "x", for: 3000 } } }),
    policy: aPolicy({ sources: ["kernels"] }),
    verdict: "stop idle",
  },
]);
