import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DeleteDomainCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import { createUnifiedStudioLookup } from "../../../lib/aws/unified-studio.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { NOW } from "../builders.ts";
import { clientsOf } from "../../studio/clients.ts";
import { startStudio, type EmbeddedStudio } from "../../studio/index.ts";
import { createUnifiedStudioDomain } from "../../account/unified-studio.ts";

describe("which domains are SageMaker Unified Studio's", () => {
  let studio: EmbeddedStudio;
  let sageMaker: SageMakerClient;
  before(async () => {
    studio = await startStudio({ instances: "none", lifecycleScript: "exit 0" });
    sageMaker = clientsOf(studio).sagemaker;
  });
  after(() => studio.close());
  const asked = () => studio.calls.filter(({ operation }) => operation === "DescribeDomain").length;

  it("is told by the domain's settings", async () => {
    const isUnifiedStudio = createUnifiedStudioLookup(sageMaker);
    assert.equal(await isUnifiedStudio(await createUnifiedStudioDomain(sageMaker)), true);
    assert.equal(await isUnifiedStudio(studio.domainId), false);
  });

  it("is asked once an hour, and again at once where it was not answered", async () => {
    let now = NOW;
    const isUnifiedStudio = createUnifiedStudioLookup(sageMaker, () => now);
    studio.faults.add({ operation: "DescribeDomain", times: 1, error: { code: "AccessDeniedException", status: 400 } });
    await assert.rejects(isUnifiedStudio(studio.domainId), { name: "AccessDeniedException" });
    const before = asked();
    for (const [seconds, times] of [
      [0, 1],
      [3599, 1],
      [3600, 2],
    ] as const) {
      now = secondsAfter(NOW, seconds);
      assert.equal(await isUnifiedStudio(studio.domainId), false);
      assert.equal(asked(), before + times);
    }
  });

  it("is none that is gone", async () => {
    const domain = await createUnifiedStudioDomain(sageMaker);
    await sageMaker.send(new DeleteDomainCommand({ DomainId: domain }));
    assert.equal(await createUnifiedStudioLookup(sageMaker)(domain), false);
  });
});
