import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { policyWith, refusalOf } from "./refusals.ts";

const aRule = (fields: string) => `rules: [{match: {space: a}, set: {exempt: true}, ${fields}}]`;
const matching = (match: string) => `rules: [{match: {${match}}, set: {exempt: true}}]`;
const list = (count: number, entry: string) => JSON.stringify(Array.from({ length: count }, () => entry));

/** Programs that take so many bytes together as JSON, a letter of two bytes among them. */
const programsOf = (bytes: number) =>
  `agent: {notJobs: ${list(81, "p".repeat(37))}, helpers: ["é${"p".repeat(bytes - 3247)}"]}`;

describe("a duration", () => {
  const idleTime = (text: string) => `defaults: {idleTimeInSeconds: ${text}}`;
  const inSeconds: readonly (readonly [text: string, seconds: number])[] = [
    ["1", 1],
    ["1s", 1],
    ["10d", 864_000],
    ["25h", 90_000],
    ["120m", 7200],
    ["1d1s", 86_401],
    ["2h5s", 7205],
    ["315360000", 315_360_000],
    ["3650d", 315_360_000],
    ["never", Infinity],
  ];
  for (const [text, seconds] of inSeconds) {
    it(`${text} lasts ${seconds} seconds`, () => {
      assert.equal(policyWith(idleTime(text)).defaults.idleTimeInSeconds, seconds);
    });
  }

  const neither = "defaults.idleTimeInSeconds: expected whole seconds, or a duration like 90m, 1h30m or 3d, or never";
  const texts = [
    "h",
    "m30",
    "1h30",
    "1 h",
    " 1h",
    "1h ",
    "-1h",
    "1.5h",
    "1w",
    "1H",
    "1h1h",
    "5s1m",
    "x1h",
    "1hx",
    "15",
  ];
  for (const text of [...texts, "Never", "nevermore"].map((text) => JSON.stringify(text))) {
    it(`is not ${text}`, () => {
      assert.equal(refusalOf(idleTime(text)), `${neither}, got ${text}`);
    });
  }

  const others: readonly (readonly [field: string, refusal: string])[] = [
    [idleTime("true"), `${neither}, got true`],
    [idleTime('""'), `${neither}, got ""`],
    [idleTime("[1h]"), neither],
    [idleTime("1.5"), "defaults.idleTimeInSeconds: expected whole seconds, got 1.5"],
    [idleTime("0"), "defaults.idleTimeInSeconds: must be at least 1 second, got 0"],
    [idleTime("0s"), "defaults.idleTimeInSeconds: must be at least 1 second, got 0"],
    [idleTime("315360001"), "defaults.idleTimeInSeconds: must be at most 315360000 seconds, got 315360001"],
    [idleTime("3650d1s"), "defaults.idleTimeInSeconds: must be at most 315360000 seconds, got 315360001"],
    ["defaults: {warnBefore: -1}", "defaults.warnBefore: must be at least 0 seconds; 0 takes a default back, got -1"],
    [
      "defaults: {warnBefore: never}",
      'defaults.warnBefore: expected whole seconds, or a duration like 90m, 1h30m or 3d, got "never"',
    ],
    ["agent: {sampleSeconds: 5m1s}", "agent.sampleSeconds: must be at most 300 seconds, got 301"],
    ["agent: {sampleSeconds: 0}", "agent.sampleSeconds: must be at least 1 second, got 0"],
  ];
  for (const [field, refusal] of others) {
    it(`is refused in ${field}`, () => {
      assert.equal(refusalOf(field), refusal);
    });
  }
});

describe("a value at its bound", () => {
  const accepted: readonly (readonly [what: string, field: string])[] = [
    ["a look at every app in five minutes", "agent: {sampleSeconds: 5m}"],
    ["no warning", "defaults: {warnBefore: 0s}"],
    ["a share of all", "budget: {maxShare: 1, breakerShare: 1, missingShare: 1}"],
    ["a tiny share", "budget: {maxShare: 0.001}"],
    ["a budget of one stop", "budget: {maxStops: 1}"],
    ["a threshold of several cores", "agent: {cpuThreshold: 2.5}"],
    ["a rule's name of 60 characters", aRule(`name: "${"n".repeat(60)}"`)],
    ["a rule's name in any language", aRule('name: "Überprüfung 検査 №1"')],
    ["a program's name of 40 characters", `agent: {notJobs: ["${"p".repeat(40)}"]}`],
    ["a hundred programs", `agent: {notJobs: ${list(100, "a")}, helpers: []}`],
    ["programs of 3250 bytes together", programsOf(3250)],
  ];
  for (const [what, field] of accepted) {
    it(`may be ${what}`, () => {
      assert.equal(refusalOf(field), "accepted");
    });
  }

  const refused: readonly (readonly [field: string, refusal: string])[] = [
    ["budget: {maxShare: 0}", "budget.maxShare: must be above 0, got 0"],
    ["budget: {maxShare: 1.001}", "budget.maxShare: must be at most 1, got 1.001"],
    ["budget: {maxShare: half}", 'budget.maxShare: expected a share between 0 and 1, got "half"'],
    ["budget: {maxStops: 1.5}", "budget.maxStops: expected a whole number, got 1.5"],
    ["budget: {maxStops: many}", 'budget.maxStops: expected a count, got "many"'],
    ["agent: {cpuThreshold: some}", 'agent.cpuThreshold: expected a share of one core, got "some"'],
    [aRule(`name: "${"n".repeat(61)}"`), `rules[0].name: must have at most 60 characters, got 61`],
    [aRule('name: ""'), "rules[0].name: must not be empty"],
    [aRule("name: 7"), "rules[0].name: expected a name, got 7"],
    [aRule("until: 7"), "rules[0].until: expected a date like 2026-12-24, or an instant like 2026-12-24T18:00Z, got 7"],
    [
      matching("space: 7"),
      "rules[0].match.space: expected a name, in which * and ? may stand, or a list of them, got 7",
    ],
    [matching("space: []"), "rules[0].match.space: must not be empty"],
    [matching('space: [a, ""]'), "rules[0].match.space[1]: must not be empty"],
    [matching("space: [a, 7]"), "rules[0].match.space[1]: expected a name, in which * and ? may stand, got 7"],
    [matching("tag: team"), 'rules[0].match.tag: expected tags, like key: value, got "team"'],
    [matching('tag: {"": a}'), "rules[0].match.tag.: must not be empty"],
    ["agent: {notJobs: vim}", 'agent.notJobs: expected a list of programs, got "vim"'],
    ["agent: {notJobs: [7]}", "agent.notJobs[0]: expected a program's name, got 7"],
    ['agent: {notJobs: [""]}', "agent.notJobs[0]: must not be empty"],
    [`agent: {notJobs: ["${"p".repeat(41)}"]}`, "agent.notJobs[0]: must have at most 40 characters, got 41"],
    [`agent: {notJobs: ${list(101, "a")}, helpers: []}`, "agent.notJobs: must be at most 100 programs, got 101"],
    [
      programsOf(3251),
      "agent: notJobs and helpers must have at most 3250 bytes together, so that every agent can be told them",
    ],
    ["defaults: {sources: kernels}", 'defaults.sources: expected a list of sources, got "kernels"'],
    ["defaults: {notifyIn: file}", 'defaults.notifyIn: expected a list of ways, got "file"'],
    ["defaults: {hours: some}", 'defaults.hours: expected fields, like from: "08:00", or none, got "some"'],
    ["rules: none", 'rules: expected a list of rules, got "none"'],
  ];
  for (const [field, refusal] of refused) {
    it(`is refused in ${field.slice(0, 60)}`, () => {
      assert.equal(refusalOf(field), refusal);
    });
  }
});
