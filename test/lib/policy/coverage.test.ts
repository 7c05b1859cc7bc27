import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { App } from "../../../lib/domain/app.ts";
import type { Reading } from "../../../lib/domain/heartbeat.ts";
import { assessHeartbeat } from "../../../lib/policy/assess-heartbeat.ts";
import { agentState, type AgentState } from "../../../lib/policy/coverage.ts";
import { ago, aHeartbeat, anApp, NOW } from "../builders.ts";

describe("an app's agent", () => {
  const cases: readonly (readonly [says: string, state: AgentState, app: App, reading: Reading])[] = [
    ["is live while its last heartbeat holds", "live", anApp(), aHeartbeat()],
    [
      "is live though it cannot read the Jupyter server",
      "live",
      anApp(),
      aHeartbeat({ idle: { kernels: null, terminals: null } }),
    ],
    [
      "is live in an app that has only just started",
      "live",
      anApp({ createdAt: ago(60) }),
      aHeartbeat({ up: 50, idle: { kernels: 50 } }),
    ],
    ["is dead once its last heartbeat has run out", "dead", anApp(), aHeartbeat({ renewIn: 60 }, ago(61))],
    ["is none where nothing was ever heard", "none", anApp(), { kind: "none" }],
    [
      "is none where only the app's former incarnation was heard",
      "none",
      anApp({ createdAt: ago(5) }),
      aHeartbeat({}, ago(6)),
    ],
    [
      "is unreadable where its heartbeat is no JSON object",
      "unreadable",
      anApp(),
      { kind: "unreadable", receivedAt: ago(5), why: "not a JSON object" },
    ],
    [
      "is unreadable where its heartbeat contradicts the app's age",
      "unreadable",
      anApp({ createdAt: ago(600) }),
      aHeartbeat({ up: 9000 }),
    ],
    ["is not asked for in an app that does not run", "not-watched", anApp({ status: "Pending" }), { kind: "none" }],
    [
      "is not asked for in an app of a type that is not watched",
      "not-watched",
      anApp({ type: "Canvas" }),
      { kind: "none" },
    ],
  ];
  for (const [says, state, app, reading] of cases) {
    it(says, () => {
      assert.equal(agentState({ app, heartbeat: assessHeartbeat(app, reading, NOW) }), state);
    });
  }

  it("is not asked for in a domain of SageMaker Unified Studio", () => {
    assert.equal(agentState({ app: anApp(), heartbeat: { kind: "none" }, inUnifiedStudio: true }), "not-watched");
  });
});
