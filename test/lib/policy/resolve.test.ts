import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Tags } from "../../../lib/domain/tags.ts";
import { parsePolicy, type Policy } from "../../../lib/policy/document.ts";
import { settingsInForce, timeoutsIn } from "../../../lib/policy/in-force.ts";
import { matchesByUser, resolvePolicy, tagKeysOf } from "../../../lib/policy/resolve.ts";
import { anApp, aPolicy, aSubject, NOW } from "../builders.ts";

const parse = (yaml: string) => parsePolicy(yaml, "policy.yml");
const timeoutsInForce = (policy: Policy) => timeoutsIn(settingsInForce(policy, NOW));

describe("a rule", () => {
  const resolve = (match: string, app = anApp()) =>
    resolvePolicy(
      parse(`version: 1\nmode: live\nrules: [{match: ${match}, set: {idleTimeInSeconds: 900}}]`),
      aSubject(app, app.owner.kind === "space" ? { user: "ada" } : {}),
      NOW,
    ).idleTimeInSeconds === 900;
  const gpu = anApp({ owner: { kind: "space", name: "train-llm" }, instanceType: "ml.p4d.24xlarge" });

  const matches: readonly [match: string, app: ReturnType<typeof anApp>, expected: boolean][] = [
    ["{space: 'train-*', instanceType: 'ml.p*'}", gpu, true],
    ["{space: 'train-*', instanceType: 'ml.g*'}", gpu, false],
    ["{space: train}", gpu, false],
    ["{space: [other, 'train-*']}", gpu, true],
    ["{appType: CodeEditor}", gpu, false],
    ["{appType: JupyterLab}", gpu, true],
    ["{domain: 'd-abc*'}", gpu, true],
    ["{user: ada}", gpu, true],
    ["{user: bob}", gpu, false],
    ["{user: 'b*'}", anApp({ owner: { kind: "user", name: "bob" } }), true],
    ["{space: '*'}", anApp({ owner: { kind: "user", name: "bob" } }), false],
    ["{instanceType: 'ml.*'}", anApp({ instanceType: undefined }), false],
    ["{space: '!train-*'}", gpu, false],
    ["{instanceType: 'ml.{p,g}?d.*'}", gpu, true],
  ];
  for (const [match, app, expected] of matches) {
    const outcome = expected ? "matches" : "does not match";
    it(`by ${match} ${outcome} ${app.key} on ${app.instanceType ?? "no instance"}`, () => {
      assert.equal(resolve(match, app), expected);
    });
  }

  it("wins over those after it, and sets only what it names", () => {
    const policy = parse(`
      version: 1
      mode: live
      defaults: {idleTimeInSeconds: 7200, skipTerminals: true}
      rules:
        - {match: {space: "train-*"}, set: {idleTimeInSeconds: 900}}
        - {match: {space: "*"}, set: {idleTimeInSeconds: 60, ignoreConnections: false}}`);
    assert.deepEqual(
      resolvePolicy(policy, aSubject(gpu), NOW),
      aPolicy({ idleTimeInSeconds: 900, skipTerminals: true, rule: "rule 1" }),
    );
    assert.deepEqual(
      resolvePolicy(policy, aSubject(anApp()), NOW),
      aPolicy({ idleTimeInSeconds: 60, ignoreConnections: false, skipTerminals: true, rule: "rule 2" }),
    );
    assert.deepEqual(timeoutsInForce(policy), [60, 900, 7200]);
  });

  it("is called by its name, or else by its place", () => {
    const policy = parse(`
      version: 1
      mode: live
      rules:
        - {name: training, match: {space: "train-*"}, set: {exempt: true}}
        - {match: {space: "analysis"}, set: {warnBefore: 10m}}`);
    const other = anApp({ owner: { kind: "space", name: "other" } });
    assert.deepEqual(
      [gpu, anApp(), other].map((app) => resolvePolicy(policy, aSubject(app), NOW).rule),
      ["training", "rule 2", undefined],
    );
  });

  const domains: readonly [match: string, domainName: string | undefined, rule: string][] = [
    ["analysts", "analysts", "matches"],
    ["d-abcdefghijkl", "analysts", "matches"],
    ["prod", "analysts", "does not match"],
    ["'!analysts'", "analysts", "does not match"],
    ["'!d-abcdefghijkl'", "analysts", "does not match"],
    ["'!prod'", "analysts", "matches"],
    ["['!prod', analysts]", "prod", "does not match"],
    ["d-abcdefghijkl", undefined, "matches"],
    ["d-zzzzzzzzzzzz", undefined, "does not match"],
    ["'!d-abcdefghijkl'", undefined, "does not match"],
    ["'*'", undefined, "matches"],
    ["prod", undefined, "is in doubt"],
    ["'!prod'", undefined, "is in doubt"],
    ["d-prod", undefined, "is in doubt"],
    ["[prod, d-abcdefghijkl]", undefined, "matches"],
  ];
  for (const [domain, domainName, outcome] of domains) {
    it(`for the domain ${domain} ${outcome} for d-abcdefghijkl, named ${domainName ?? "nobody knows how"}`, () => {
      const policy = parse(`version: 1\nmode: live\nrules: [{match: {domain: ${domain}}, set: {exempt: true}}]`);
      const { doubt, exempt } = resolvePolicy(policy, aSubject(anApp(), { domainName }), NOW);
      assert.equal(doubt ? "is in doubt" : exempt ? "matches" : "does not match", outcome);
    });
  }

  it("by a name that is not known concerns only apps that all else of it fits, and that none before it matches", () => {
    const policy = parse(`
      version: 1
      mode: live
      rules:
        - {match: {space: "train-*"}, set: {idleTimeInSeconds: 60}}
        - {name: production, match: {domain: prod, appType: JupyterLab}, set: {exempt: true}}`);
    const unknown = (app = anApp()) => resolvePolicy(policy, aSubject(app, { domainName: undefined }), NOW).doubt;
    assert.equal(unknown(gpu), undefined);
    assert.equal(unknown(anApp({ type: "CodeEditor" })), undefined);
    assert.equal(unknown(), "whether production holds is not known: its domain's name cannot be read");
  });

  it("matches by tags, all of which must fit", () => {
    const policy = parse(
      "version: 1\nmode: live\n" +
        "rules: [{match: {tag: {team: [ml, 'data-*'], 'cost:center': '4?'}}, set: {idleTimeInSeconds: 60}}]",
    );
    const timeout = (tags: Tags) => resolvePolicy(policy, aSubject(anApp(), { tags }), NOW).idleTimeInSeconds;
    assert.equal(timeout({ team: "data-eng", "cost:center": "42" }), 60);
    assert.equal(timeout({ team: "ml", "cost:center": "412" }), 3600);
    assert.equal(timeout({ team: "ml" }), 3600);
    assert.equal(
      resolvePolicy(policy, aSubject(anApp(), { tags: "unreadable" }), NOW).doubt,
      "whether rule 1 holds is not known: its tags cannot be read",
    );
    assert.deepEqual(tagKeysOf(policy), ["team", "cost:center"]);
  });

  it("that is in doubt has its app judged as in a dry run, and says what could not be read", () => {
    const doubtOf = (match: string, overrides: Parameters<typeof aSubject>[1]) => {
      const policy = parse(`version: 1\nmode: live\nrules: [{match: {${match}}, set: {exempt: true}}]`);
      const { mode, doubt } = resolvePolicy(policy, aSubject(anApp(), overrides), NOW);
      return `${mode}: ${doubt ?? ""}`;
    };
    const [tags, domain] = ["its tags cannot be read", "its domain's name cannot be read"].map(
      (what) => `dry-run: whether rule 1 holds is not known: ${what}`,
    );
    assert.equal(doubtOf("tag: {team: ml}, domain: prod", { tags: "unreadable", domainName: undefined }), tags);
    assert.equal(doubtOf("tag: {team: ml}, domain: prod", { tags: { team: "ml" }, domainName: undefined }), domain);
    assert.equal(doubtOf("domain: prod", { tags: "unreadable", domainName: undefined }), domain);
  });

  it("by user asks for the owners of spaces, and no other does", () => {
    const asks = (...matches: readonly string[]) =>
      matchesByUser(
        parse(`version: 1\nmode: live\nrules: [${matches.map((of) => `{match: ${of}, set: {exempt: true}}`).join()}]`),
      );
    assert.deepEqual([asks("{space: a}", "{user: ada}"), asks("{space: a}"), asks()], [true, false, false]);
  });

  it("holds until its end, and what comes after it from then on", () => {
    const policy = parse(`
      version: 1
      mode: live
      rules:
        - {until: 2026-03-01, match: {space: "*"}, set: {idleTimeInSeconds: 60}}
        - {match: {space: "*"}, set: {idleTimeInSeconds: 120}}`);
    const timeout = (at: string) => resolvePolicy(policy, aSubject(), new Date(at)).idleTimeInSeconds;
    assert.equal(timeout("2026-03-01T23:59:59Z"), 60);
    assert.equal(timeout("2026-03-02T00:00:00Z"), 120);
  });

  it("may have a mode of its own, in both directions; else the account's holds", () => {
    const modes = (mode: string) => {
      const policy = parse(
        `version: 1\nmode: ${mode}\n` +
          "rules: [{match: {space: 'train-*'}, set: {mode: live}}, {match: {space: 'try-*'}, set: {mode: dry-run}}]",
      );
      const others = [anApp({ owner: { kind: "space", name: "try-1" } }), anApp()];
      return [gpu, ...others].map((app) => resolvePolicy(policy, aSubject(app), NOW).mode);
    };
    assert.deepEqual(modes("live"), ["live", "dry-run", "live"]);
    assert.deepEqual(modes("dry-run"), ["live", "dry-run", "dry-run"]);
  });

  it("takes timeouts, hours and the maximum age back with never and none", () => {
    const policy = parse(`
      version: 1
      mode: live
      defaults:
        silentAfter: 1h
        maxAge: 3d
        hours: {timeZone: UTC, from: "08:00", to: "18:00", idleTimeInSeconds: 60}
      rules:
        - match: {space: "train-*"}
          set: {idleTimeInSeconds: never, silentAfter: never, maxAge: never, hours: none}`);
    const { idleTimeInSeconds, silentAfter, maxAge, hours } = resolvePolicy(policy, aSubject(gpu), NOW);
    assert.deepEqual([idleTimeInSeconds, silentAfter, maxAge, hours], [Infinity, undefined, undefined, undefined]);
    assert.deepEqual(timeoutsInForce(policy), [60, 3600]);
  });

  it("takes a default minimum runtime back with 0", () => {
    const policy = parse(
      "version: 1\nmode: live\ndefaults: {minRuntime: 3600}\n" +
        "rules: [{match: {space: 'train-*'}, set: {minRuntime: 0}}]",
    );
    assert.deepEqual(
      [gpu, anApp()].map((app) => resolvePolicy(policy, aSubject(app), NOW).minRuntime),
      [0, 3600],
    );
  });
});
