import assert from "node:assert/strict";
import { appendFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { clientEnvironment } from "../studio/clients.ts";
import { type EmbeddedStudio, startStudio } from "../studio/index.ts";
import { Project } from "./project.ts";

describe("serverless deploy", () => {
  let studio: EmbeddedStudio;
  let project: Project;
  before(async () => {
    [studio, project] = await Promise.all([startStudio({ instances: "none", bare: true }), Project.copy()]);
  });
  after(async () => {
    await Promise.all([studio.close(), project[Symbol.asyncDispose]()]);
  });

  async function refused(...params: readonly string[]): Promise<string> {
    const { code, output } = await project.serverless(
      ["deploy", ...params.flatMap((one) => ["--param", one])],
      clientEnvironment(studio),
    );
    assert.equal(code, 1, output);
    assert.doesNotMatch(output, /\n {4}at /, "a stack trace is no message");
    assert.match(output, /Nothing was deployed\./);
    return output;
  }

  const cases: readonly [given: string, message: RegExp][] = [
    ["schedule=0", /schedule: expected rate\(.*, got "0"/],
    ["mode=dry_run", /mode: expected live, dry-run or policy, got "dry_run"/],
    ["prefix=", /prefix: expected .*like \/studio-reaper, got ""/],
    ["prefx=/x", /prefx: no such parameter/],
  ];
  for (const [given, message] of cases) {
    it(`is refused for ${given} before anything is asked of AWS`, async () => {
      assert.match(await refused(given), message);
      assert.deepEqual(studio.calls, []);
    });
  }

  it("is refused for a domain that does not exist, after it was only looked up", async () => {
    assert.match(
      await refused(`domains=${studio.domainId},d-unknown`),
      /domains: expected domains that exist in this account and region, got d-unknown/,
    );
    const changes = studio.calls.filter(({ operation }) => !/^(Describe|Get)/.test(operation));
    assert.deepEqual(changes, []);
  });

  it("is refused for a typo in policy.yml, which is named", async () => {
    await appendFile(join(project.folder, "policy.yml"), "\ndefault: {}\n");
    const before = studio.calls.length;
    assert.match(await refused(), /policy\.yml is not a valid policy\n {2}default: no such field/);
    assert.equal(studio.calls.length, before);
  });

  it("is refused without a policy.yml, which is named", async () => {
    await rm(join(project.folder, "policy.yml"));
    assert.match(await refused(), /policy\.yml: there is none at /);
  });
});
