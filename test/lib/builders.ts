import { appKey, type App } from "../../lib/domain/app.ts";
import { SOURCES, type Heartbeat, type Reading } from "../../lib/domain/heartbeat.ts";
import { WAYS, type Notice, type NoticeReading } from "../../lib/domain/notice.ts";
import { assessHeartbeat } from "../../lib/policy/assess-heartbeat.ts";
import { decide } from "../../lib/policy/decide.ts";
import type { AppPolicy, Policy } from "../../lib/policy/document.ts";
import type { Facts } from "../../lib/policy/facts.ts";
import type { Subject } from "../../lib/policy/resolve.ts";
import { secondsAfter } from "../../lib/policy/time.ts";
import type { Verdict } from "../../lib/policy/verdict.ts";

/** The instant that tests judge at. */
export const NOW = new Date("2026-03-01T12:00:00Z");

export const ago = (seconds: number): Date => secondsAfter(NOW, -seconds);

/** A JupyterLab app in service for a day, in a space of its own. */
export function anApp(overrides: Partial<Omit<App, "key">> = {}): App {
  const app = {
    domainId: "d-abcdefghijkl",
    owner: { kind: "space", name: "analysis" },
    type: "JupyterLab",
    name: "default",
    status: "InService",
    createdAt: ago(86_400),
    instanceType: "ml.t3.medium",
    ...overrides,
  } as const;
  return { ...app, key: appKey(app) };
}

/** A heartbeat just received from an agent that has run for half a day, of an app that was idle all the time. */
export function aHeartbeat(overrides: Partial<Heartbeat> = {}, receivedAt = ago(10)): Reading {
  const heartbeat: Heartbeat = {
    v: 1,
    up: 43_200,
    sampleEvery: 60,
    renewIn: 1155,
    idle: { kernels: 43_200, terminals: 43_200 },
    busy: {},
    connections: 0,
    ...overrides,
  };
  return { kind: "heartbeat", receivedAt, heartbeat };
}

/** A warning that was just given of a stop in ten minutes. */
export function aNotice(overrides: Partial<Notice> = {}, writtenAt = ago(60)): NoticeReading {
  const notice: Notice = {
    v: 1,
    id: "3f2a9c",
    kind: "warned",
    why: "idle for 50 min",
    writtenAt: writtenAt.getTime() / 1000,
    stopAt: writtenAt.getTime() / 1000 + 600,
    ...overrides,
  };
  return { kind: "notice", writtenAt, notice };
}

/** What rules match an app by; nobody's, without tags, in a domain called `analysts`, unless said otherwise. */
export function aSubject(app = anApp(), overrides: Partial<Subject> = {}): Subject {
  const user = app.owner.kind === "user" ? app.owner.name : undefined;
  return { app, user, domainName: "analysts", tags: {}, ...overrides };
}

/** The defaults of the README. */
export function aPolicy(overrides: Partial<AppPolicy> = {}): AppPolicy {
  return {
    mode: "live",
    idleTimeInSeconds: 3600,
    ignoreConnections: true,
    skipTerminals: false,
    sources: [...SOURCES],
    hungAfter: 86_400,
    exempt: false,
    notifyIn: [...WAYS],
    keepAliveAtMost: 86_400,
    ...overrides,
  };
}

export function anAgentPolicy(overrides: Partial<Policy["agent"]> = {}): Policy["agent"] {
  return {
    sampleSeconds: 60,
    cpuThreshold: 0.05,
    gpuThreshold: 0.05,
    notJobs: ["vim"],
    helpers: ["git"],
    ...overrides,
  };
}

/** A policy for the account with the README's defaults. */
export function anAccountPolicy(overrides: Partial<Policy> = {}): Policy {
  return {
    version: 1,
    mode: "live",
    agent: anAgentPolicy(),
    budget: { maxStops: 50, maxShare: 0.5, breakerShare: 0.6, missingShare: 0.2 },
    defaults: aPolicy(),
    rules: [],
    ...overrides,
  };
}

/** The verdict on an app at the instant of the tests. */
export function verdictOn(app: App, reading: Reading, policy: AppPolicy, more: Partial<Facts> = {}): Verdict {
  return decide({ app, heartbeat: assessHeartbeat(app, reading, NOW), policy, now: NOW, ...more });
}
