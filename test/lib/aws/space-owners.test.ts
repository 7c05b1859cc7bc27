import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { createSpaceOwnerMemory, listSpaceOwners } from "../../../lib/aws/space-owners.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { clientsOf } from "../../studio/clients.ts";
import { startStudio, type EmbeddedStudio } from "../../studio/index.ts";
import { NOW } from "../builders.ts";

describe("whose a space is", () => {
  let studio: EmbeddedStudio;
  let sageMaker: SageMakerClient;
  let spaces: (...names: string[]) => string[];
  before(async () => {
    studio = await startStudio({ instances: "none", lifecycleScript: "exit 0" });
    sageMaker = clientsOf(studio).sagemaker;
    spaces = (...names) => names.map((name) => `${studio.domainId}/${name}`);
    // 25 pages of a hundred; the higher its number, the younger is a space.
    studio.seed.apps(Array.from({ length: 2500 }, (_, i) => ({ spaceName: `s${i}`, createdAt: NOW.getTime() + i })));
  });
  after(() => studio.close());
  const reads = () => studio.calls.filter(({ operation }) => operation === "ListSpaces").length;
  async function counted<T>(work: Promise<T>): Promise<[answer: T, reads: number]> {
    const before = reads();
    const answer = await work;
    return [answer, reads() - before];
  }
  const owned = (...names: string[]) =>
    new Map(spaces(...names).map((space) => [space, studio.userProfileName] as const));

  it("is read of all spaces where something is judged by it", async () => {
    const [owners, pages] = await counted(listSpaceOwners(sageMaker));
    assert.deepEqual([owners.size, pages], [2500, 25]);
  });

  it("is read of the youngest spaces first, and only until those asked for are known", async () => {
    const ownersOf = createSpaceOwnerMemory(sageMaker, () => NOW);
    assert.deepEqual(await counted(ownersOf(spaces("s2499"))), [owned("s2499"), 1]);
    assert.deepEqual(await counted(ownersOf(spaces("s2499", "s2450"))), [owned("s2499", "s2450"), 0]);
    assert.deepEqual(await counted(ownersOf([])), [new Map(), 0]);
  });

  it("is read of 2000 spaces at once at most, and of the others next time", async () => {
    const ownersOf = createSpaceOwnerMemory(sageMaker, () => NOW);
    assert.deepEqual(await counted(ownersOf(spaces("s0", "s2499"))), [owned("s2499"), 20]);
    assert.deepEqual(await counted(ownersOf(spaces("s0", "s2499"))), [owned("s0", "s2499"), 5]);
  });

  it("is read of a space that is new, beginning with the youngest again", async () => {
    const ownersOf = createSpaceOwnerMemory(sageMaker, () => NOW);
    await ownersOf(spaces("s2300"));
    studio.seed.apps([{ spaceName: "newest", createdAt: NOW.getTime() + 5000 }]);
    assert.deepEqual(await counted(ownersOf(spaces("s2300", "newest"))), [owned("s2300", "newest"), 1]);
  });

  it("is nobody's of a space that is not listed, which is looked for each time", async () => {
    const ownersOf = createSpaceOwnerMemory(sageMaker, () => NOW);
    assert.deepEqual(await counted(ownersOf(spaces("gone"))), [new Map(), 20]);
    assert.deepEqual(await counted(ownersOf(spaces("gone"))), [new Map(), 6]);
  });

  it("is read anew after an hour, and meanwhile is what it was", async () => {
    let now = NOW;
    const ownersOf = createSpaceOwnerMemory(sageMaker, () => now);
    await ownersOf(spaces("s2499", "s600"));
    now = secondsAfter(NOW, 3599);
    assert.deepEqual(await counted(ownersOf(spaces("s2499", "s600"))), [owned("s2499", "s600"), 0]);
    now = secondsAfter(NOW, 3600);
    assert.deepEqual(await counted(ownersOf(spaces("s2499"))), [owned("s2499"), 1]);
  });

  it("is read anew where a page could not be read", async () => {
    const ownersOf = createSpaceOwnerMemory(sageMaker, () => NOW);
    studio.faults.add({ operation: "ListSpaces", times: 1, error: { code: "AccessDeniedException", status: 400 } });
    await assert.rejects(ownersOf(spaces("s2499")), { name: "AccessDeniedException" });
    assert.deepEqual(await ownersOf(spaces("s2499")), owned("s2499"));
  });
});
