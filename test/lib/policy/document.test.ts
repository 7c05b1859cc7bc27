import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { InvalidPolicy, parsePolicy } from "../../../lib/policy/document.ts";
import { instructionsFor } from "../../../lib/policy/instructions.ts";
import { aPolicy, NOW } from "../builders.ts";

const parse = (yaml: string) => parsePolicy(yaml, "policy.yml");
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
