import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import type { Tags } from "../../../lib/domain/tags.ts";
import { InvalidPolicy, parsePolicy, type Policy } from "../../../lib/policy/document.ts";
import { instructionsFor } from "../../../lib/policy/instructions.ts";
import { settingsInForce, timeoutsIn } from "../../../lib/policy/in-force.ts";
import { matchesByUser, resolvePolicy, tagKeysOf } from "../../../lib/policy/resolve.ts";
import { anApp, aPolicy, aSubject, NOW } from "../builders.ts";

const parse = (yaml: string) => parsePolicy(yaml, "policy.yml");
const timeoutsInForce = (policy: Policy) => timeoutsIn(settingsInForce(policy, NOW));
/** So many programs with names of 35 characters. */
const programs = (count: number) => JSON.stringify(Array.from({ length: count }, (_, i) => `${i}`.padEnd(35, "x")));

const withHours = (fields: string) => `version: 1\nmode: live\ndefaults: {hours: {${fields}, idleTimeInSeconds: 60}}`;

describe("a policy", () => {
  it("is shipped with an hour and a warning before; forgotten tabs are ignored, terminals counted", async () => {
    const { defaults, mode, rules } = parse(await readFile(new URL("../../../policy.yml", import.meta.url), "utf8"));
    assert.deepEqual({ defaults: { mode, ...defaults }, rules }, { defaults: aPolicy({ warnBefore: 600 }), rules: [] });
  });

  it("has the README's defaults where it sets nothing", () => {
    const { defaults, budget, agent, rules } = parse("version: 1\nmode: live");
    assert.deepEqual([{ mode: "live", ...defaults }, rules], [aPolicy(), []]);
    assert.deepEqual(budget, { maxStops: 50, maxShare: 0.5, breakerShare: 0.6, missingShare: 0.2 });
    const { notJobs, helpers, ...thresholds } = agent;
    assert.deepEqual(thresholds, { sampleSeconds: 60, cpuThreshold: 0.05, gpuThreshold: 0.05 });
    for (const program of ["less", "vim", "htop", "tmux", "tail"]) assert.ok(notJobs.includes(program), program);
    for (const program of ["jedi-*", "tsserver.js", "typingsInstaller.js", "ruff", "git", "rg", "*-watcher"])
      assert.ok(helpers.includes(program), program);
  });

  it("may name as many programs as fit into the instructions to the agents, beside all timeouts", () => {
    const longRule = (_: unknown, i: number) =>
      `{match: {space: s${i}}, set: {idleTimeInSeconds: ${315_360_000 - i}, warnBefore: 100000000}}`;
    const long = Array.from({ length: 16 }, longRule);
    const hung = long.map((rule) => rule.replace("idleTimeInSeconds", "hungAfter"));
    const agent = `{notJobs: ${programs(42)}, helpers: ${programs(42)}}`;
    const defaults = "{maxAge: 3650d, keepAliveAtMost: 3650d, hungAfter: 3649d}";
    const rules = [...long, ...hung].join();
    const policy = parse(`version: 1\nmode: live\nagent: ${agent}\ndefaults: ${defaults}\nrules: [${rules}]`);
    const bytes = JSON.stringify(instructionsFor(policy, 20_000, NOW)).length;
    assert.ok(bytes <= 4096, String(bytes));
  });

  it("may be JSON as well", () => {
    assert.equal(
      parse('{"version": 1, "mode": "dry-run", "defaults": {"idleTimeInSeconds": 900}}').defaults.idleTimeInSeconds,
      900,
    );
  });

  const durations: readonly [text: string, seconds: number][] = [
    ["90", 90],
    ["90s", 90],
    ["90m", 5400],
    ["1h30m", 5400],
    ["3d", 259_200],
    ["1d2h3m4s", 93_784],
  ];
  for (const [text, seconds] of durations) {
    it(`takes ${text} for ${seconds} seconds`, () => {
      const { defaults } = parse(`version: 1\nmode: live\ndefaults: {idleTimeInSeconds: ${text}, minRuntime: ${text}}`);
      assert.deepEqual([defaults.idleTimeInSeconds, defaults.minRuntime], [seconds, seconds]);
    });
  }

  const wrong: readonly [name: string, yaml: string, message: RegExp][] = [
    ["an empty document", "", /policy\.yml is not valid YAML/],
    ["broken YAML, with its line", "version: 1\nmode: [live", /policy\.yml is not valid YAML: .*\(2:\d+\)/],
    ["a key given twice", "version: 1\nmode: live\nmode: dry-run", /duplicated mapping key \(3:1\)/],
    ["a missing mode: it must not become live by itself", "version: 1", /\n {2}mode: is missing$/],
    [
      "more programs than the agents can be told",
      `version: 1\nmode: live\nagent: {notJobs: ${programs(60)}, helpers: ${programs(60)}}`,
      /agent: notJobs and helpers must have at most 3250 bytes together/,
    ],
    ["a missing version", "mode: live", /version: is missing/],
    ["a text without any field", "live", /\n {2}the document: expected fields, like name: value, got "live"$/],
    ["another version", "version: 2\nmode: live", /version: expected 1, got 2/],
    ["a misspelt mode", "version: 1\nmode: dry_run", /mode: expected live or dry-run, got "dry_run"/],
    ["a misspelt field", "version: 1\nmode: live\ndefault: {}", /default: no such field/],
    [
      "a misspelt setting in a rule",
      "version: 1\nmode: live\nrules: [{match: {space: a}, set: {idleTime: 5}}]",
      /rules\[0\]\.set\.idleTime: no such field/,
    ],
    [
      "a rule that matches by nothing",
      "version: 1\nmode: live\nrules: [{match: {}, set: {minRuntime: 5}}]",
      /rules\[0\]\.match: names nothing to match/,
    ],
    [
      "a rule that sets nothing",
      "version: 1\nmode: live\nrules: [{match: {space: a}, set: {}}]",
      /rules\[0\]\.set: sets nothing/,
    ],
    [
      "an empty glob",
      "version: 1\nmode: live\nrules: [{match: {space: ''}, set: {minRuntime: 5}}]",
      /rules\[0\]\.match\.space: must not be empty$/,
    ],
    [
      "a yes that is no boolean",
      "version: 1\nmode: live\ndefaults: {skipTerminals: 'yes'}",
      /defaults\.skipTerminals: expected true or false, got "yes"/,
    ],
    [
      "defaults left empty",
      "version: 1\nmode: live\ndefaults:",
      /defaults: expected fields, like name: value, got null$/,
    ],
    [
      "a timeout of nothing",
      "version: 1\nmode: live\nrules: [{match: {space: a}, set: {silentAfter: 0}}]",
      /rules\[0\]\.set\.silentAfter: must be at least 1 second/,
    ],
    [
      "a duration whose units are out of order",
      "version: 1\nmode: live\ndefaults: {silentAfter: 30m1h}",
      /defaults\.silentAfter: expected whole seconds, or a duration like 90m, 1h30m or 3d, or never, got "30m1h"$/,
    ],
    [
      "a duration of nothing, in words",
      "version: 1\nmode: live\ndefaults: {idleTimeInSeconds: 0h0m}",
      /defaults\.idleTimeInSeconds: must be at least 1 second, got 0$/,
    ],
    [
      "a rule's name that would break the log's line",
      'version: 1\nmode: live\nrules: [{name: "a\\nb", match: {space: a}, set: {exempt: true}}]',
      /rules\[0\]\.name: must not have control characters/,
    ],
    [
      "an end that is no date",
      "version: 1\nmode: live\nrules: [{until: 2026-02-30, match: {space: a}, set: {exempt: true}}]",
      /rules\[0\]\.until: expected a date like 2026-12-24, or an instant like 2026-12-24T18:00Z, got "2026-02-30"$/,
    ],
    [
      "an end without an offset",
      "version: 1\nmode: live\nrules: [{until: 2026-12-24T18:00, match: {space: a}, set: {exempt: true}}]",
      /rules\[0\]\.until: expected a date/,
    ],
    [
      "a time zone that does not exist",
      withHours('timeZone: Europe/Berlln, from: "08:00", to: "18:00"'),
      /defaults\.hours\.timeZone: expected a time zone like Europe\/Berlin, got "Europe\/Berlln"$/,
    ],
    [
      "hours that lack their times",
      withHours("timeZone: Mars"),
      /defaults\.hours\.timeZone: expected a time zone .*\n {2}defaults\.hours\.from: is missing\n {2}.*\.to: is missing/,
    ],
    [
      "a misspelt field of hours",
      withHours('timeZone: UTC, from: "08:00", until: "18:00"'),
      /defaults\.hours\.until: no such field/,
    ],
    [
      "a fixed offset, which knows no summer time",
      withHours('timeZone: "+01:00", from: "08:00", to: "18:00"'),
      /defaults\.hours\.timeZone: expected a time zone like/,
    ],
    [
      "hours of no day",
      withHours('timeZone: UTC, days: [], from: "08:00", to: "18:00"'),
      /defaults\.hours\.days: must name at least one day$/,
    ],
    [
      "hours of no time",
      withHours('timeZone: UTC, from: "08:00", to: "08:00"'),
      /defaults\.hours: from and to must differ$/,
    ],
    [
      "an hour that is none",
      withHours('timeZone: UTC, from: "8", to: "18:00"'),
      /defaults\.hours\.from: expected a time of day in quotes, like "08:00", got "8"$/,
    ],
    [
      "a rule that matches by no tag",
      "version: 1\nmode: live\nrules: [{match: {tag: {}}, set: {exempt: true}}]",
      /rules\[0\]\.match\.tag: names no tag/,
    ],
    [
      "a sample interval of an hour",
      "version: 1\nmode: live\nagent: {sampleSeconds: 3600}",
      /agent\.sampleSeconds: must be at most 300 seconds, got 3600/,
    ],
    [
      "an unknown source",
      "version: 1\nmode: live\ndefaults: {sources: [kernels, disk]}",
      /defaults\.sources\[1\]: expected one of kernels, terminals, .*got "disk"/,
    ],
    [
      "an unknown way to tell users",
      "version: 1\nmode: live\ndefaults: {notifyIn: [terminal, mail]}",
      /defaults\.notifyIn\[1\]: expected one of jupyterlab, terminal, file, got "mail"/,
    ],
    [
      "no source at all",
      "version: 1\nmode: live\ndefaults: {sources: []}",
      /defaults\.sources: must name at least one source, since an app is judged by its sources$/,
    ],
    [
      "a threshold of nothing",
      "version: 1\nmode: live\nagent: {cpuThreshold: 0}",
      /agent\.cpuThreshold: must be above 0, got 0/,
    ],
    [
      "a GPU share above one",
      "version: 1\nmode: live\nagent: {gpuThreshold: 50}",
      /agent\.gpuThreshold: must be at most 1, got 50/,
    ],
    [
      "a budget of nothing",
      "version: 1\nmode: live\nbudget: {maxStops: 0}",
      /budget\.maxStops: must be at least 1, got 0/,
    ],
  ];
  for (const [name, yaml, message] of wrong) {
    it(`is refused for ${name}`, () => {
      assert.throws(
        () => parse(yaml),
        (error) => error instanceof InvalidPolicy && message.test(error.message),
      );
    });
  }

  it("that is broken is refused with what broke it", () => {
    const broken = () => parse("mode: [live");
    assert.throws(broken, { name: "InvalidPolicy" });
    assert.throws(broken, (error) => error instanceof InvalidPolicy && error.cause instanceof Error);
  });

  it("names all that is wrong at once", () => {
    assert.throws(
      () => parse("version: 3\nmode: off\ndefaults: {idleTimeInSeconds: 0}"),
      (error) => error instanceof Error && error.message.split("\n").length === 4,
    );
  });
});

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
