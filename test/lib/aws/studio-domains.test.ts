import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DeleteDomainCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import { createDomainLookup } from "../../../lib/aws/studio-domains.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { NOW } from "../builders.ts";
import { clientsOf } from "../../studio/clients.ts";
import { startStudio, type EmbeddedStudio } from "../../studio/index.ts";
import { createUnifiedStudioDomain } from "../../account/unified-studio.ts";

describe("a domain", () => {
  let studio: EmbeddedStudio;
  let sageMaker: SageMakerClient;
  before(async () => {
    studio = await startStudio({ instances: "none", lifecycleScript: "exit 0" });
    sageMaker = clientsOf(studio).sagemaker;
  });
  after(() => studio.close());
  const asked = () => studio.calls.filter(({ operation }) => operation === "DescribeDomain").length;

  it("has a name, and settings that say whether it is SageMaker Unified Studio's", async () => {
    const describeDomain = createDomainLookup(sageMaker);
    assert.deepEqual(await describeDomain(studio.domainId), { name: "studio", isUnifiedStudio: false });
    const ofProject = await describeDomain(await createUnifiedStudioDomain(sageMaker));
    assert.match(ofProject.name ?? "", /^project-/);
    assert.equal(ofProject.isUnifiedStudio, true);
  });

  it("is asked once an hour, and again at once where it was not answered", async () => {
    let now = NOW;
    const describeDomain = createDomainLookup(sageMaker, () => now);
    studio.faults.add({ operation: "DescribeDomain", times: 1, error: { code: "AccessDeniedException", status: 400 } });
    await assert.rejects(describeDomain(studio.domainId), { name: "AccessDeniedException" });
    const before = asked();
    for (const [seconds, times] of [
      [0, 1],
      [3599, 1],
      [3600, 2],
    ] as const) {
      now = secondsAfter(NOW, seconds);
      assert.equal((await describeDomain(studio.domainId)).name, "studio");
      assert.equal(asked(), before + times);
    }
  });

  it("that is gone has no name, and is nobody's", async () => {
    const domain = await createUnifiedStudioDomain(sageMaker);
    await sageMaker.send(new DeleteDomainCommand({ DomainId: domain }));
    assert.deepEqual(await createDomainLookup(sageMaker)(domain), { name: undefined, isUnifiedStudio: false });
  });
});
