import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AppType } from "@aws-sdk/client-sagemaker";
import fc from "fast-check";
import { APP_TYPES } from "../../../lib/domain/app-type.ts";
import { parsePolicy } from "../../../lib/policy/document.ts";
import { matchingRule } from "../../../lib/policy/resolve.ts";
import { mistakesIn, notesOn } from "../../../lib/policy/review.ts";
import { anApp, aSubject, NOW } from "../builders.ts";

const withMatches = (...matches: readonly string[]) =>
  parsePolicy(
    `version: 1\nmode: live\nrules: [${matches.map((match) => `{${match}, set: {minRuntime: 1}}`).join()}]`,
    "policy.yml",
  );

it("the types of apps are those that SageMaker's own client knows", () => {
  assert.deepEqual([...APP_TYPES].sort(), Object.values(AppType).sort());
});

describe("names that nothing can have", () => {
  const cases: readonly (readonly [match: string, mistake: RegExp | undefined])[] = [
    ["appType: Jupyterlab", /^rules\[0\]\.match\.appType: there is no app type "Jupyterlab"; is it JupyterLab\?$/],
    ["appType: [CodeEditor, Notebook]", /there is no app type "Notebook"; expected one of JupyterServer, Kernel/],
    ["appType: '*lab'", undefined],
    ["appType: '!Jupyterlab'", undefined],
    ["appType: JupyterServer", undefined],
    [
      "domain: d_prod",
      new RegExp(
        '^rules\\[0\\]\\.match\\.domain: no domain can have the id or the name "d_prod"; ' +
          "expected an id like d-abcdefghijkl, or a name of letters, digits and hyphens$",
      ),
    ],
    ["domain: 'my team'", /no domain can have/],
    ["domain: d-prod", undefined],
    ["domain: analysts", undefined],
    ["domain: ['d-*', d-abcdefghijkl]", undefined],
  ];
  for (const [match, mistake] of cases) {
    it(`are ${mistake ? "" : "not "}in ${match}`, () => {
      const found = mistakesIn(withMatches(`match: {${match}}`));
      if (mistake) assert.match(found.join("\n"), mistake);
      else assert.deepEqual(found, []);
    });
  }
});

describe("what should be known of a rule", () => {
  const all = "match: {domain: '*'}";
  const cases: readonly (readonly [rules: readonly string[], notes: readonly RegExp[]])[] = [
    [[all, "match: {space: a}"], [/^rule 2 never holds: rule 1 comes first, and matches the same apps$/]],
    [
      ["name: every, match: {space: '*'}", "name: gpu, match: {instanceType: 'ml.p*'}"],
      [/^rule 2, gpu, never holds: every /],
    ],
    [["match: {appType: [JupyterLab, CodeEditor]}", "match: {user: ada}"], [/^rule 2 never holds/]],
    [["match: {appType: JupyterLab}", "match: {user: ada}"], []],
    [["match: {space: 'train-*'}", "match: {space: [train-1, train-2]}"], [/^rule 2 never holds/]],
    [["match: {space: 'train-*'}", "match: {space: [train-1, other]}"], []],
    [["match: {space: 'train-*'}", "match: {space: 'train-?'}"], []],
    [["match: {space: '!train-*'}", "match: {space: other}"], []],
    [["match: {user: '*'}", "match: {space: a}"], []],
    [["match: {domain: '**'}", "match: {space: 'a*'}"], [/^rule 2 never holds/]],
    [["match: {space: '!a*'}", "match: {space: '!a*'}"], [/^rule 2 never holds/]],
    [["match: {space: '!a*'}", "match: {space: '!b*'}"], []],
    [["match: {user: '*'}", "match: {user: '!ada'}"], [/^rule 2 never holds/]],
    [["match: {tag: {team: '*'}}", "match: {space: a}"], []],
    [["match: {tag: {team: ml}}", "match: {space: a, tag: {team: ml}}"], [/^rule 2 never holds/]],
    [["match: {space: a, user: ada}", "match: {space: a}"], []],
    [[`until: 2026-01-31, ${all}`, "match: {space: a}"], [/^rule 1 holds no longer, since 2026-02-01 00:00 UTC$/]],
    [[`until: 2026-04-01, ${all}`, "match: {space: a}"], []],
    [[`until: 2026-04-01, ${all}`, "until: 2026-03-31, match: {space: a}"], [/^rule 2 never holds/]],
    [[`until: 2026-04-01, ${all}`, "until: 2026-04-01, match: {space: a}"], [/^rule 2 never holds/]],
    [[`until: 2026-04-01, ${all}`, "until: 2026-04-02, match: {space: a}"], []],
    [["match: {space: 'a*'}", "match: {user: ada}"], []],
    [["match: {domain: red-team}"], []],
    [["match: {appType: Canvas}"], [/^rule 1 names Canvas apps, which are never stopped$/]],
    [["match: {domain: d-prod}"], [/^rule 1 takes d-prod for a domain's name: an id is d- and twelve/]],
    [["match: {domain: [d-abcdefghijkl, prod]}"], []],
  ];
  for (const [rules, notes] of cases) {
    it(`${notes.length > 0 ? "is said" : "is nothing"} of ${rules.join(" then ")}`, () => {
      const found = notesOn(withMatches(...rules), NOW);
      assert.equal(found.length, notes.length, found.join());
      for (const [i, note] of notes.entries()) assert.match(found[i] ?? "", note);
    });
  }

  it("is never that a rule never holds which holds for an app", () => {
    const globs = (...of: readonly string[]) =>
      fc.subarray([...of], { minLength: 1, maxLength: 2 }).map((list) => JSON.stringify(list));
    const match = fc
      .record(
        {
          space: globs("*", "a*", "ab", "!a*", "b", "{a,b}", "?"),
          user: globs("*", "ada", "!ada"),
          domain: globs("*", "d-*", "analysts", "!prod", "d-abcdefghijkl"),
          appType: globs("*", "JupyterLab", "CodeEditor", "!Canvas"),
        },
        { requiredKeys: [] },
      )
      .filter((fields) => Object.keys(fields).length > 0)
      .map(
        (fields) =>
          `match: {${Object.entries(fields)
            .map(([name, list]) => `${name}: ${list}`)
            .join()}}`,
      );
    const subject = fc
      .record({
        name: fc.constantFrom("a", "ab", "b", "ba", "c"),
        type: fc.constantFrom("JupyterLab", "CodeEditor"),
        user: fc.constantFrom("ada", "bob", undefined),
        domainName: fc.constantFrom("analysts", "prod", "d-abcdefghijkl"),
      })
      .map(({ name, type, ...of }) => aSubject(anApp({ owner: { kind: "space", name }, type }), of));
    fc.assert(
      fc.property(
        fc.array(match, { minLength: 1, maxLength: 4 }),
        fc.array(subject, { maxLength: 20 }),
        (matches, apps) => {
          const policy = withMatches(...matches);
          const notes = notesOn(policy, NOW);
          for (const app of apps) {
            const found = matchingRule(policy, app, NOW);
            if (found !== undefined && "name" in found)
              assert.ok(!notes.some((note) => note.startsWith(`${found.name} `)));
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
