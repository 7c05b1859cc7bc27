import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import fc from "fast-check";
import { InvalidPolicy, parsePolicy, type Policy } from "../../../lib/policy/document.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { ago, aHeartbeat, anApp } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { atNow, inSpace } from "./apps-in-spaces.ts";

const shipped = await readFile(new URL("../../../policy.yml", import.meta.url), "utf8");
/** A policy with every field. */
const whole = `version: 1
mode: live
agent: {sampleSeconds: 60, cpuThreshold: 0.05, gpuThreshold: 0.05, notJobs: [vim, "tail -f"], helpers: ["git*"]}
budget: {maxStops: 50, maxShare: 0.5, breakerShare: 0.6}
defaults:
  idleTimeInSeconds: 3600
  hours: {timeZone: Europe/Berlin, days: [mon, fri], from: "08:00", to: "18:00", idleTimeInSeconds: 15m}
  ignoreConnections: true
  skipTerminals: false
  sources: [kernels, terminals]
  exempt: false
  minRuntime: 0
  maxAge: never
  warnBefore: 10m
  notifyIn: [jupyterlab]
  keepAliveAtMost: 24h
  silentAfter: never
  hungAfter: 1d
rules:
  - name: training
    until: 2026-12-24
    match: {domain: [prod, "d-*"], user: "!ada", space: "train-*", instanceType: "ml.p*", tag: {team: ml}}
    set: {mode: dry-run, idleTimeInSeconds: never, hours: none}
  - {match: {appType: JupyterLab}, set: {maxAge: 3d, warnBefore: 1h}}
`;

const position = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const snippet = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.string({ maxLength: 4, unit: "binary" }),
  fc.constantFrom(
    "-",
    "0",
    "-1",
    ".inf",
    ".nan",
    "~",
    "[]",
    "{}",
    ": ",
    "\n",
    "  ",
    "\t",
    "&a ",
    "*a",
    "<<: ",
    "!!js ",
  ),
  fc.constantFrom("live", "dry-run", "never", "none", "exempt: true", "1e9", "0x10", "1_000", "__proto__: ", "# "),
);
/** One change to a text: a part of it is left out, replaced, doubled, or moved elsewhere. */
const change = fc.record({
  kind: fc.constantFrom("cut", "replace", "double", "move", "line"),
  from: position,
  length: fc.oneof(fc.nat(3), fc.nat(40)),
  to: position,
  snippet,
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(text: string, { kind, from, length, to, ...of }: Change): string {
  const start = Math.floor(from * text.length);
  const [head, part, tail] = [text.slice(0, start), text.slice(start, start + length), text.slice(start + length)];
  switch (kind) {
    case "cut":
      return head + tail;
    case "replace":
      return head + of.snippet + tail;
    case "double":
      return head + part + part + tail;
    case "move": {
      const rest = head + tail;
      const at = Math.floor(to * rest.length);
      return rest.slice(0, at) + part + rest.slice(at);
    }
    case "line": {
      const lines = text.split("\n");
      lines.splice(Math.floor(from * lines.length), 1);
      return lines.join("\n");
    }
  }
}

const mutated = fc
  .tuple(fc.constantFrom(shipped, whole), fc.array(change, { minLength: 1, maxLength: 6 }))
  .map(([text, changes]) => changes.reduce(apply, text));
const texts = fc.oneof(
  { weight: 8, arbitrary: mutated },
  { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.json() },
);

/** An account in which everything could be stopped: for idleness, for silence, for age. */
function account(text: string) {
  const apps = ["idle", "silent", "old", "train-1"].map((name) => inSpace(name));
  const readings = new Map(apps.filter(({ owner }) => owner.name !== "silent").map(({ key }) => [key, aHeartbeat()]));
  readings.set(apps[2]?.key ?? anApp().key, aHeartbeat({ idle: { kernels: 0, terminals: 0 } }));
  const gone = anApp({ owner: { kind: "space", name: "gone" } });
  readings.set(gone.key, aHeartbeat({}, ago(7200)));
  const { ports, changes } = fakeAccount({ apps, readings });
  const readPolicy = () => Promise.resolve().then(() => ({ policy: parsePolicy(text, "policy.yml"), version: 1 }));
  return { ports: { ...ports, readPolicy }, changes };
}

/** What no policy may say, however it came about: that apps are stopped at once. */
function assertSane({ defaults, rules, budget }: Policy): void {
  for (const of of [defaults, ...rules.map(({ set }) => set)]) {
    const timeouts = [of.idleTimeInSeconds, of.hours?.idleTimeInSeconds, of.maxAge, of.silentAfter, of.hungAfter];
    for (const seconds of timeouts) assert.ok(seconds === undefined || seconds >= 1, String(seconds));
    for (const seconds of [of.minRuntime, of.warnBefore, of.keepAliveAtMost])
      assert.ok(seconds === undefined || seconds >= 0);
    assert.ok(of.sources === undefined || of.sources.length > 0);
  }
  assert.ok(budget.maxStops >= 1 && budget.maxShare > 0 && budget.maxShare <= 1);
}

describe("a policy of any text", () => {
  it("is sane, or stops, tells and writes nothing, and fails the sweep", async () => {
    const seen = { valid: 0, invalid: 0 };
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const { ports, changes } = account(text);
        const outcome = await sweep(ports, atNow).then(
          () => "swept",
          (error: unknown) => error,
        );
        if (outcome === "swept") {
          seen.valid += 1;
          assertSane(parsePolicy(text, "policy.yml"));
          return;
        }
        seen.invalid += 1;
        assert.ok(outcome instanceof InvalidPolicy, String(outcome));
        assert.deepEqual(changes, []);
      }),
      { numRuns: 3000 },
    );
    assert.ok(seen.valid > 300 && seen.invalid > 300, JSON.stringify(seen));
  });

  it("is never live by a change that only leaves out its mode", () => {
    const without = whole.replace("mode: live\n", "");
    assert.throws(() => parsePolicy(without, "policy.yml"), InvalidPolicy);
  });

  it("stops apps as it is, so that the first property does not hold by stopping none", async () => {
    for (const text of [shipped, whole]) {
      const { ports, changes } = account(text);
      await sweep(ports, atNow);
      assert.ok(
        changes.some((change) => /^(delete|warned) /.test(change)),
        changes.join(),
      );
    }
  });
});
