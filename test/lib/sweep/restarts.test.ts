import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { AppPolicy } from "../../../lib/policy/document.ts";
import { anAccountPolicy, aPolicy } from "../builders.ts";
import { RestartingApp, type Fate } from "./restarting-app.ts";

type Step =
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "work" | "beat" | "loseAgent" }
  | { readonly kind: "sweep"; readonly isColdStart: boolean; readonly fate: Fate }
  | {
      readonly kind: "restart";
      readonly withAgent: boolean;
      readonly waits: readonly number[];
      readonly cold: boolean;
    };

const fates: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Fate>("none") },
  { weight: 1, arbitrary: fc.constantFrom<Fate>("unreadable", "unwritable") },
  { weight: 2, arbitrary: fc.nat(8).map((killedAfter) => ({ killedAfter })) },
);
const wait = fc.integer({ min: 0, max: 2000 });
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("wait" as const), seconds: wait }),
    fc.record({ kind: fc.constantFrom("work" as const, "beat" as const, "loseAgent" as const) }),
    fc.record({ kind: fc.constant("sweep" as const), isColdStart: fc.boolean(), fate: fates }),
    fc.record({
      kind: fc.constant("restart" as const),
      withAgent: fc.boolean(),
      waits: fc.array(fc.nat(400), { minLength: 4, maxLength: 4 }),
      cold: fc.boolean(),
    }),
  ),
  { minLength: 3, maxLength: 30, size: "max" },
);

async function take(app: RestartingApp, step: Step): Promise<void> {
  switch (step.kind) {
    case "wait":
      app.now += step.seconds;
      return;
    case "work":
    case "beat":
    case "loseAgent":
      app[step.kind]();
      return;
    case "sweep":
      await app.sweep(step.isColdStart, step.fate);
      return;
    case "restart":
      await restart(app, step);
  }
}

/** Ends the app and starts it again, while at least one whole sweep sees that. */
async function restart(
  app: RestartingApp,
  { waits, cold, withAgent }: Extract<Step, { kind: "restart" }>,
): Promise<void> {
  const [toSweep = 0, toStart = 0, toService = 0, after = 0] = waits;
  app.end();
  app.now += 1 + toSweep;
  await app.sweep(cold);
  app.now += 1 + toStart;
  app.begin({ withAgent });
  app.now += 1 + toService;
  app.enterService();
  app.now += after;
}

const policies: readonly (readonly [string, Partial<AppPolicy>])[] = [
  ["an idle timeout", { idleTimeInSeconds: 600 }],
  ["silentAfter", { idleTimeInSeconds: 600, silentAfter: 1000 }],
  ["minRuntime and silentAfter", { idleTimeInSeconds: 300, minRuntime: 900, silentAfter: 700 }],
];

for (const keepsCreationTime of [true, false]) {
  describe(`an app whose restart ${keepsCreationTime ? "keeps" : "renews"} its creation time`, () => {
    for (const [name, settings] of policies) {
      for (const mode of ["live", "dry-run"] as const) {
        it(`is stopped by ${name} for nothing that was before, whoever sweeps, starts cold or dies (${mode})`, () =>
          fc.assert(
            fc.asyncProperty(steps, async (taken) => {
              const app = new RestartingApp(anAccountPolicy({ mode, defaults: aPolicy(settings) }), {
                keepsCreationTime,
              });
              // A dry run deletes no heartbeat: only what was seen tells one of a former incarnation.
              fc.pre(mode === "live" || !taken.some((step) => step.kind === "sweep" && step.fate === "unreadable"));
              for (const step of taken) await take(app, step);
              assert.deepEqual(app.wrongStops, []);
            }),
            { numRuns: 400 },
          ));
      }
    }

    it("is stopped once it has been idle, or silent, for long enough since, whatever died before", () =>
      fc.assert(
        fc.asyncProperty(steps, fc.boolean(), async (taken, withAgent) => {
          const defaults = aPolicy({ idleTimeInSeconds: 600, silentAfter: 1000, minRuntime: 300 });
          const app = new RestartingApp(anAccountPolicy({ defaults }), { keepsCreationTime });
          for (const step of taken) await take(app, step);
          await restart(app, { kind: "restart", withAgent, waits: [], cold: true });
          await app.sweep(true);
          const before = app.stops;
          app.now += 1000;
          app.beat();
          await app.sweep(true);
          assert.equal(app.stops, before + 1);
        }),
        { numRuns: 300 },
      ));
  });
}
