import assert from "node:assert/strict";
import { it } from "node:test";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { emitReport } from "../../../lib/sweep/emit-metrics.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { aHeartbeat, anAccountPolicy, anApp, NOW } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";

it("stops that a dry run holds back are no held stops, since nobody waits for them", async () => {
  for (const [mode, held] of [
    ["live", 100],
    ["dry-run", 0],
  ] as const) {
    const apps = Array.from({ length: 100 }, (_, i) => anApp({ owner: { kind: "space", name: `app${i}` } }));
    const readings = new Map(apps.map(({ key }) => [key, aHeartbeat()]));
    const { ports } = fakeAccount({ apps, readings, policy: anAccountPolicy({ mode }) });
    const metrics = new Metrics({ serviceName: "studio-reaper", namespace: "StudioReaper" });
    emitReport(metrics, await sweep(ports, () => NOW));
    assert.partialDeepStrictEqual(metrics.serializeMetrics(), { StopsHeld: held, AppsIdle: 100 });
  }
});
