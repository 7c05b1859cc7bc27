import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readHeartbeat, type Heartbeat } from "../../../lib/domain/heartbeat.ts";
import { NOW } from "../builders.ts";

const heartbeat = { v: 1, up: 100, sampleEvery: 60, renewIn: 900, idle: { kernels: 40 } };

function read(more: object): Heartbeat {
  const reading = readHeartbeat(JSON.stringify({ ...heartbeat, ...more }), NOW);
  assert.ok(reading.kind === "heartbeat", JSON.stringify(reading));
  return reading.heartbeat;
}

describe("a wish in a heartbeat", () => {
  it("is read as it is written", () => {
    const wish = { for: 28_790, since: 10, while: "make all" };
    assert.deepEqual(read({ keepAlive: wish }).keepAlive, wish);
  });

  it("brings no control characters along", () => {
    const wish = { for: 1, since: 0, while: "make\u001b[2J\nall\u202e" };
    assert.equal(read({ keepAlive: wish }).keepAlive?.while, "make[2Jall");
  });

  const broken: readonly (readonly [name: string, wish: unknown])[] = [
    ["is no object", "8h"],
    ["lacks since", { for: 60 }],
    ["lasts less than nothing", { for: -1, since: 0 }],
    ["was made in the future", { for: 60, since: -1 }],
    ["lasts for ages", { for: 1e12, since: 0 }],
    ["names a program at length", { for: 60, since: 0, while: "x".repeat(201) }],
    ["is null", null],
  ];
  for (const [name, wish] of broken) {
    it(`that ${name} is none, and leaves the rest readable`, () => {
      const { keepAlive, idle } = read({ keepAlive: wish });
      assert.equal(keepAlive, undefined);
      assert.deepEqual(idle, { kernels: 40 });
    });
  }
});
