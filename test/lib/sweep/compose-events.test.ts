import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Notice } from "../../../lib/domain/notice.ts";
import { keep, type Stop } from "../../../lib/policy/verdict.ts";
import {
  breakerEvent,
  keptAliveEvent,
  stoppedEvent,
  warnedEvent,
  type Subject,
} from "../../../lib/sweep/compose-events.ts";
import { anApp, aPolicy, NOW } from "../builders.ts";

const own: Subject = {
  app: anApp({ owner: { kind: "user", name: "ada" }, type: "CodeEditor", instanceType: undefined }),
  policy: aPolicy({ rule: "training" }),
  user: "ada",
};
const stop: Stop = {
  verdict: "stop",
  reason: "silent",
  detail: "no heartbeat since the app started 1 d ago",
  why: "no heartbeat since the app started 1 d ago",
  idleSeconds: null,
  eligibleAt: NOW,
};
const notice: Notice = {
  v: 1,
  id: "3f2a9c",
  kind: "warned",
  why: "it may run for 1 d at most",
  writtenAt: NOW.getTime() / 1000,
  stopAt: NOW.getTime() / 1000 + 600,
};

describe("an event", () => {
  it("leaves out what an app does not have, and what is not known of it", () => {
    assert.deepEqual(stoppedEvent(own, stop, new Date(NOW.getTime() + 999)), {
      type: "stopped",
      detail: {
        app: "d-abcdefghijkl/user/ada/CodeEditor/default",
        domainId: "d-abcdefghijkl",
        userProfile: "ada",
        appType: "CodeEditor",
        appName: "default",
        rule: "training",
        reason: "silent",
        why: "no heartbeat since the app started 1 d ago",
        stoppedAt: "2026-03-01T12:00:00Z",
        text:
          "The CodeEditor app default (user profile ada, domain d-abcdefghijkl) was stopped at 2026-03-01 12:00 UTC: " +
          "no heartbeat since the app started 1 d ago.",
      },
    });
  });

  it("of a warning whose notice offers nothing says that it keeps no time", () => {
    const { detail } = warnedEvent(own, { verdict: keep("warned", ""), endsByActivity: false }, notice);
    assert.partialDeepStrictEqual(detail, {
      reason: "max-age",
      why: "it may run for 1 d at most",
      stopAt: "2026-03-01T12:10:00Z",
      keepAtMost: 0,
      text:
        "The CodeEditor app default (user profile ada, domain d-abcdefghijkl) will be stopped at " +
        "2026-03-01 12:10 UTC: it may run for 1 d at most.",
    });
  });

  it("of a warning that activity ends says so, and that its user can keep the app", () => {
    const { detail } = warnedEvent(
      own,
      { verdict: keep("warned", ""), endsByActivity: true },
      { ...notice, keepAtMost: 60 },
    );
    assert.partialDeepStrictEqual(detail, { reason: "idle", keepAtMost: 60 });
    assert.match(
      detail.text,
      /at most\. Whoever goes on working in it prevents that\. Its user can keep it from within, for 60 s at most\.$/,
    );
  });

  it("of a keep-alive says until when", () => {
    const kept = keep("kept-alive", "kept until 2026-03-01 13:59 UTC by its user", { idleSeconds: 60 });
    assert.deepEqual(keptAliveEvent({ ...own, user: undefined }, kept, NOW), {
      type: "kept-alive",
      detail: {
        app: "d-abcdefghijkl/user/ada/CodeEditor/default",
        domainId: "d-abcdefghijkl",
        appType: "CodeEditor",
        appName: "default",
        rule: "training",
        idleSeconds: 60,
        why: "kept until 2026-03-01 13:59 UTC by its user",
        keptUntil: "2026-03-01T12:00:00Z",
        text: "The CodeEditor app default (domain d-abcdefghijkl) is kept until 2026-03-01 13:59 UTC by its user.",
      },
    });
  });

  it("of the breaker says what it saw, and what to look at first", () => {
    assert.deepEqual(breakerEvent({ cause: "fleet-idle", apps: 90, affected: 80 }).detail, {
      cause: "fleet-idle",
      apps: 90,
      affected: 80,
      text:
        "Studio Reaper stops nothing for now: 80 of 90 running apps look idle at once. " +
        "Look at some of them before you raise budget.breakerShare in the policy.",
    });
    assert.deepEqual(breakerEvent({ cause: "source-missing", apps: 90, affected: 80, source: "kernels" }).detail, {
      cause: "source-missing",
      apps: 90,
      affected: 80,
      source: "kernels",
      text:
        "Studio Reaper stops nothing for now: 80 of 90 running apps report no kernels any more, as nearly all did " +
        "some hours ago. Look for a new image or agent before you raise budget.missingShare in the policy.",
    });
  });

  it("of agents that fell silent says where to look", () => {
    const { text } = breakerEvent({ cause: "fleet-silent", apps: 90, affected: 80 }).detail;
    assert.match(text, /^Studio Reaper stops nothing for now: 80 of 90 running apps /);
    assert.match(
      text,
      /\. Look at their way to Parameter Store before you raise budget\.missingShare in the policy\.$/,
    );
  });

  it("has lookalikes for what commands a page or a chat, and a blank for what shows nothing", () => {
    const why = `a "b" \\c <d> &e \`f\`\r\n\t \u202eg\ud800h`;
    const { detail } = stoppedEvent(own, { ...stop, why }, NOW);
    assert.partialDeepStrictEqual(detail, { why: "a 'b' /c (d) +e 'f' g h" });
  });
});
