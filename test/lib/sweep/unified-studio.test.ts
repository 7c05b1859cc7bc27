import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { anAccountPolicy, aPolicy } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { allIdle, atNow, inSpace, outcomesOf } from "./apps-in-spaces.ts";

describe("apps in domains of SageMaker Unified Studio, which may not report", () => {
  const project = (name: string) => inSpace(name, { domainId: "d-project" });
  const unifiedStudio = new Set(["d-project"]);
  const projects = Array.from({ length: 60 }, (_, i) => project(`project${i}`));

  it("are left alone as not covered, whatever they say, and however long they are silent", async () => {
    const [idler, silent] = [project("idler"), project("silent")];
    const policy = anAccountPolicy({ defaults: aPolicy({ silentAfter: 60 }) });
    const { ports, changes } = fakeAccount({ apps: [idler, silent], readings: allIdle(idler), policy, unifiedStudio });
    const { judged } = await sweep(ports, atNow);
    assert.deepEqual(
      judged.map(({ verdict, agent }) => [verdict.reason, agent]),
      [
        ["not-covered", "not-watched"],
        ["not-covered", "not-watched"],
      ],
    );
    assert.match(judged[0]?.verdict.detail ?? "", /Unified Studio/);
    assert.deepEqual(changes, ["publish"]);
  });

  it("are no part of the fleet that the budget and the breaker are shares of", async () => {
    const idlers = Array.from({ length: 60 }, (_, i) => inSpace(`idler${i}`));
    const setup = { apps: [...idlers, ...projects], readings: allIdle(...idlers) };
    const among = await sweep(fakeAccount({ ...setup, unifiedStudio }).ports, atNow);
    assert.equal(among.judged.filter(({ outcome }) => outcome === "breaker").length, 60);
    const ordinary = await sweep(fakeAccount(setup).ports, atNow);
    assert.equal(ordinary.judged.filter(({ outcome }) => outcome === "stopped").length, 50);
  });

  it("count as others where their domain cannot be described, but silence stops none", async () => {
    const [idler, silent] = [project("idler"), project("silent")];
    const policy = anAccountPolicy({ defaults: aPolicy({ silentAfter: 60 }) });
    const undescribable = unifiedStudio;
    const { ports } = fakeAccount({ apps: [idler, silent], readings: allIdle(idler), policy, undescribable });
    const { judged, failures } = await sweep(ports, atNow);
    assert.deepEqual(outcomesOf(judged), { idler: "stopped", silent: "kept" });
    assert.deepEqual(
      failures.map(({ message }) => message),
      ["describing the domain d-project: AccessDenied"],
    );
  });
});
