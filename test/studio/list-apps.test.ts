import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CreateAppCommand, ListAppsCommand, paginateListApps } from "@aws-sdk/client-sagemaker";
import { DomainId, clock, refusal, sageMaker, start, studio } from "./under-test.ts";

beforeEach(() => start());
afterEach(() => studio.close());

describe("ListApps", () => {
  it("answers ten apps a page by default and at most a hundred", async () => {
    studio.seed.apps(
      Array.from({ length: 120 }, (_, index) => ({ spaceName: `space-${index}`, createdAt: clock.now + index })),
    );
    assert.equal((await sageMaker.send(new ListAppsCommand({}))).Apps?.length, 10);
    assert.equal((await sageMaker.send(new ListAppsCommand({ MaxResults: 100 }))).Apps?.length, 100);
    await assert.rejects(sageMaker.send(new ListAppsCommand({ MaxResults: 101 })), {
      name: "ValidationException",
      message:
        "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: " +
        "Member must have value less than or equal to 100",
    });
  });

  it("neither repeats nor misses an app when apps come between two pages", async () => {
    studio.seed.apps(
      Array.from({ length: 25 }, (_, index) => ({ spaceName: `space-${index}`, createdAt: clock.now + index })),
    );
    const seen: (string | undefined)[] = [];
    for await (const { Apps = [] } of paginateListApps({ client: sageMaker }, { SortOrder: "Ascending" })) {
      seen.push(...Apps.map(({ SpaceName }) => SpaceName));
      if (seen.length === 10)
        studio.seed.apps([
          { spaceName: "early", createdAt: clock.now - 1 },
          { spaceName: "late", createdAt: clock.now + 100 },
        ]);
    }
    assert.deepEqual(seen, [...Array.from({ length: 25 }, (_, index) => `space-${index}`), "late"]);
  });

  it("filters by domain, and by a space or a profile, not both", async () => {
    studio.seed.apps([{ spaceName: "space-1" }, { spaceName: "space-2" }]);
    await sageMaker.send(
      new CreateAppCommand({ DomainId, UserProfileName: "user", AppType: "JupyterServer", AppName: "default" }),
    );
    const spacesOf = async (input: object): Promise<(string | undefined)[]> =>
      ((await sageMaker.send(new ListAppsCommand(input))).Apps ?? []).map((found) => found.SpaceName);
    assert.deepEqual(await spacesOf({ SpaceNameEquals: "space-2" }), ["space-2"]);
    assert.deepEqual(await spacesOf({ UserProfileNameEquals: "user" }), [undefined]);
    assert.deepEqual(await spacesOf({ DomainIdEquals: "d-other" }), []);
    await assert.rejects(
      spacesOf({ SpaceNameEquals: "space-2", UserProfileNameEquals: "user" }),
      refusal("ValidationException"),
    );
  });
});
