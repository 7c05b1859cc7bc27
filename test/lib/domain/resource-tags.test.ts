import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { taggedId, tagsFor, tagsUsers } from "../../../lib/domain/resource-tags.ts";
import { anApp } from "../builders.ts";

const arn = (resource: string) => `arn:aws:sagemaker:eu-central-1:123456789012:${resource}`;
const tagged = (...resources: readonly (readonly [resource: string, tags: Record<string, string>])[]) =>
  new Map(resources.map(([resource, tags]) => [taggedId(arn(resource)), tags]));

describe("the tags that hold for an app", () => {
  const lab = anApp({ domainId: "d-1", owner: { kind: "space", name: "lab" } });

  it("are its domain's, its user profile's, its space's and its own, the nearest of each key", () => {
    const tags = tagged(
      ["domain/d-1", { a: "domain", b: "domain", c: "domain", d: "domain" }],
      ["user-profile/d-1/ada", { b: "user", c: "user", d: "user" }],
      ["space/d-1/lab", { c: "space", d: "space" }],
      ["app/d-1/lab/jupyterlab/default", { d: "app" }],
    );
    assert.deepEqual(tagsFor(tags, lab, "ada"), { a: "domain", b: "user", c: "space", d: "app" });
    assert.deepEqual(tagsFor(tags, lab, undefined), { a: "domain", b: "domain", c: "space", d: "app" });
    assert.equal(tagsUsers(tags), true);
  });

  it("are found in whichever way AWS writes the app's type", () => {
    for (const type of ["jupyterlab", "JupyterLab"])
      assert.deepEqual(tagsFor(tagged([`app/d-1/lab/${type}/default`, { a: "b" }]), lab, undefined), { a: "b" });
  });

  it("are those of no other app, space, user or domain", () => {
    const tags = tagged(
      ["domain/d-2", { a: "b" }],
      ["user-profile/d-2/ada", { a: "b" }],
      ["user-profile/d-1/bob", { a: "b" }],
      ["space/d-1/other", { a: "b" }],
      ["space/d-2/lab", { a: "b" }],
      ["app/d-1/lab/codeeditor/default", { a: "b" }],
    );
    assert.deepEqual(tagsFor(tags, lab, "ada"), {});
  });

  it("are its user profile's where that owns it directly", () => {
    const direct = anApp({ domainId: "d-1", owner: { kind: "user", name: "ada" } });
    assert.deepEqual(tagsFor(tagged(["user-profile/d-1/ada", { a: "b" }]), direct, "ada"), { a: "b" });
  });
});
