import type { App } from "../../../lib/domain/app.ts";
import type { Reading } from "../../../lib/domain/heartbeat.ts";
import type { Policy } from "../../../lib/policy/document.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import type { Ports } from "../../../lib/sweep/ports.ts";
import { rememberSightings, type SightingPages, type SightingsMemory } from "../../../lib/sweep/remember-sightings.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { aHeartbeat, anApp, NOW } from "../builders.ts";
import { fakeAccount, pagesInMemory } from "../fake-account.ts";

/** What befalls a sweep: nothing, a refused read or write of sightings, or its end after so many calls. */
export type Fate = "none" | "unreadable" | "unwritable" | { readonly killedAfter: number };

const RENEW_IN = 900;

/** One app that ends and starts again, as it really is, and the sweeps that see of it what the services show. */
export class RestartingApp {
  /** Seconds since the test began. */
  now = 0;
  stops = 0;
  /** What is wrong with stops that were made or, in a dry run, wanted. */
  readonly wrongStops: string[] = [];
  readonly #keepsCreationTime: boolean;
  readonly #policy: Policy;
  readonly #pages: SightingPages = pagesInMemory();
  #memory: SightingsMemory = rememberSightings(this.#pages);
  #fate: Fate = "none";
  #app: App = anApp({ createdAt: secondsAfter(NOW, -86_400) });
  #reading: Reading = { kind: "none" };
  #begunAt = -86_400;
  #inServiceSince = -86_400;
  #agentSince: number | undefined;
  #lastWork = -86_400;
  #lastHeard = -Infinity;

  constructor(policy: Policy, { keepsCreationTime }: { readonly keepsCreationTime: boolean }) {
    this.#policy = policy;
    this.#keepsCreationTime = keepsCreationTime;
  }

  /** Its user works in it, and its agent says so at once. What no agent hears counts for nothing here. */
  work(): void {
    if (this.#agentSince === undefined) return;
    this.#lastWork = this.now;
    this.beat();
  }

  /** Its agent, where it has one that lives, says how it is. */
  beat(): void {
    if (this.#agentSince === undefined) return;
    const up = this.now - this.#agentSince;
    const idle = Math.min(up, this.now - this.#lastWork);
    this.#reading = aHeartbeat({ up, renewIn: RENEW_IN, idle: { kernels: idle } }, this.#at(this.now));
    this.#lastHeard = this.now;
  }

  loseAgent(): void {
    this.#agentSince = undefined;
  }

  end(): void {
    this.#agentSince = undefined;
    this.#app = { ...this.#app, status: "Deleted" };
  }

  /** An agent speaks as soon as it runs, which is before its app is in service. */
  begin({ withAgent }: { readonly withAgent: boolean }): void {
    const createdAt = this.#keepsCreationTime ? this.#app.createdAt : this.#at(this.now);
    this.#app = { ...this.#app, status: "Pending", createdAt };
    this.#begunAt = this.now;
    this.#lastWork = this.now;
    this.#lastHeard = -Infinity;
    this.#agentSince = withAgent ? this.now : undefined;
    this.beat();
  }

  enterService(): void {
    this.#app = { ...this.#app, status: "InService" };
    this.#inServiceSince = this.now;
    this.#lastWork = this.now;
    // Where a sweep deleted its first word while the app was Pending.
    this.beat();
  }

  /** One sweep, of this process or a new one; answers whether it ended without a failure. */
  async sweep(isColdStart: boolean, fate: Fate = "none"): Promise<boolean> {
    this.#fate = fate;
    if (isColdStart || typeof fate === "object") this.#memory = rememberSightings(this.#faultyPages());
    const { promise: killed, resolve: kill } = Promise.withResolvers<"killed">();
    const calls = { left: typeof fate === "object" ? fate.killedAfter : Infinity };
    const ports = mortal(this.#ports(), calls, kill);
    const report = await Promise.race([sweep(ports, () => this.#at(this.now)), killed]);
    if (report === "killed") {
      this.#memory = rememberSightings(this.#faultyPages());
      return false;
    }
    if (report.judged.some(({ outcome }) => outcome === "would-stop")) this.#check();
    return report.failures.length === 0;
  }

  #ports(): Ports {
    const { ports } = fakeAccount({ policy: this.#policy });
    const listed = () => this.#app;
    return {
      ...ports,
      sightings: this.#memory,
      studio: {
        ...ports.studio,
        async *apps() {
          yield await Promise.resolve([listed()]);
        },
        current: () => Promise.resolve(this.#app.status === "Deleted" ? undefined : this.#app),
        deleteApp: () => Promise.resolve(this.#delete()),
      },
      heartbeats: {
        all: () => Promise.resolve(new Map([[this.#app.key, this.#reading]])),
        of: () => Promise.resolve(this.#reading),
        forget: (keys, receivedBefore) => {
          if (keys.length > 0) this.#forget(receivedBefore);
          return Promise.resolve();
        },
      },
    };
  }

  #faultyPages(): SightingPages {
    const refused = () => Promise.reject(new Error("AccessDenied"));
    return {
      read: () => (this.#fate === "unreadable" ? refused() : this.#pages.read()),
      write: (number, text) => (this.#fate === "unwritable" ? refused() : this.#pages.write(number, text)),
    };
  }

  #forget(receivedBefore: Date): void {
    if (this.#reading.kind !== "none" && this.#reading.receivedAt < receivedBefore) this.#reading = { kind: "none" };
  }

  #delete(): "stopped" {
    this.#check();
    this.end();
    return "stopped";
  }

  /** Notes a stop, and what is wrong with it. */
  #check(): void {
    const { idleTimeInSeconds, silentAfter = Infinity, minRuntime = 0 } = this.#policy.defaults;
    // Where nobody can say when it came into service, its creation counts.
    const age = this.now - (this.#fate === "unreadable" ? this.#begunAt : this.#inServiceSince);
    const isIdle = this.now - this.#lastWork >= idleTimeInSeconds;
    const isSilent = this.now - Math.max(this.#inServiceSince, this.#lastHeard) >= silentAfter;
    if (age < minRuntime) this.wrongStops.push(`stopped at an age of ${age} s`);
    if (!isIdle && !isSilent) this.wrongStops.push(`stopped ${this.now - this.#lastWork} s after its user worked`);
    this.stops += 1;
  }

  #at(seconds: number): Date {
    return secondsAfter(NOW, seconds);
  }
}

/** Ports whose process dies with the call after the last. */
function mortal(ports: Ports, calls: { left: number }, kill: (how: "killed") => void): Ports {
  const mayCall = () => {
    calls.left -= 1;
    if (calls.left >= 0) return true;
    kill("killed");
    return false;
  };
  const never = <T>() => new Promise<T>(() => undefined);
  const { studio, heartbeats, sightings } = ports;
  return {
    ...ports,
    publishInstructions: (instructions) => (mayCall() ? ports.publishInstructions(instructions) : never()),
    studio: {
      ...studio,
      current: (app) => (mayCall() ? studio.current(app) : never()),
      deleteApp: (app) => (mayCall() ? studio.deleteApp(app) : never()),
    },
    heartbeats: {
      all: () => (mayCall() ? heartbeats.all() : never()),
      of: (key) => (mayCall() ? heartbeats.of(key) : never()),
      forget: (keys, before) => (mayCall() ? heartbeats.forget(keys, before) : never()),
    },
    sightings: {
      recall: () => (mayCall() ? sightings.recall() : never()),
      save: (seen) => (mayCall() ? sightings.save(seen) : never()),
    },
  };
}
