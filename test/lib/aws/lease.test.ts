import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import fc from "fast-check";
import { CLOCK_SLACK_SECONDS, createLease, leaseOver } from "../../../lib/aws/lease.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { clientsOf } from "../../studio/clients.ts";
import { startStudio } from "../../studio/index.ts";
import { startMoto } from "../../studio/moto.ts";
import { type CallFate, ParameterModel, storeOver } from "./lease-model.ts";

/** A holder: how far its clock is off, how long it may run, what it works in between, and whether it dies at it. */
type Plan = { skew: number; term: number; works: number; dies: boolean };

const fates: fc.Arbitrary<CallFate> = fc.record({
  delay: fc.oneof({ weight: 8, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(500) }),
  lag: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(5) }),
  isRetried: fc.boolean(),
});
const plans: fc.Arbitrary<Plan> = fc.record({
  skew: fc.integer({ min: 1 - CLOCK_SLACK_SECONDS, max: CLOCK_SLACK_SECONDS - 1 }),
  term: fc.integer({ min: 1, max: 300 }),
  works: fc.nat(200),
  dies: fc.boolean(),
});

class Killed extends Error {}

/** Holders that go for one lease, over and over, their calls mixed in an order that the scheduler picks. */
class Contest {
  readonly model = new ParameterModel();
  readonly #fates: Iterator<CallFate>;
  readonly #scheduler: fc.Scheduler;
  readonly #holders = new Set<number>();
  mostAtOnce = 0;

  constructor(scheduler: fc.Scheduler, fateOfCalls: Iterator<CallFate>) {
    this.#scheduler = scheduler;
    this.#fates = fateOfCalls;
  }

  async run(id: number, { skew, term, works, dies }: Plan): Promise<void> {
    const startedAt = this.model.now;
    const turn = async (seconds: number) => {
      await this.#scheduler.schedule(Promise.resolve(), `holder ${id}`);
      this.model.now += seconds;
      // Its function is killed at the end of its term.
      if (this.model.now - startedAt >= term) throw new Killed();
    };
    const arrival = async (): Promise<CallFate> => {
      const fate = this.#nextFate();
      await turn(fate.delay);
      return fate;
    };
    const lease = leaseOver(
      storeOver(this.model, arrival),
      () => secondsAfter(this.model.clock, skew),
      () => `${id}-${startedAt}`,
    );
    try {
      const acquired = await lease.acquire(term);
      if (acquired.kind === "held") return;
      this.#holders.add(id);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#alive(id, startedAt + term));
      await turn(works);
      if (dies) throw new Killed();
      // It works no more once it gives the lease back, however long that takes.
      this.#holders.delete(id);
      await acquired.release();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    } finally {
      this.#holders.delete(id);
    }
  }

  readonly #ends = new Map<number, number>();

  /** How many hold it now; one whose term is over is dead, though its turn has not come yet. */
  #alive(id: number, endsAt: number): number {
    this.#ends.set(id, endsAt);
    return [...this.#holders].filter((holder) => (this.#ends.get(holder) ?? 0) > this.model.now).length;
  }

  #nextFate(): CallFate {
    const next = this.#fates.next();
    return next.done === true ? { delay: 0, lag: 0, isRetried: false } : next.value;
  }
}

describe("a lease, whoever goes for it", () => {
  it("has one holder at a time, whoever dies, lags, is cut off, sends twice or has its clock off", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(plans, { minLength: 2, maxLength: 6 }),
        fc.array(fates, { maxLength: 60 }),
        async (scheduler, holders, fateOfCalls) => {
          const contest = new Contest(scheduler, fateOfCalls.values());
          const runs = holders.map((plan, id) => contest.run(id, plan));
          await scheduler.waitFor(Promise.all(runs));
          assert.ok(contest.mostAtOnce <= 1);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("is free again once the longest term and the clocks' slack have passed, whatever happened before", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(plans, { minLength: 1, maxLength: 6 }),
        fc.array(fates, { maxLength: 60 }),
        async (scheduler, holders, fateOfCalls) => {
          const contest = new Contest(scheduler, fateOfCalls.values());
          await scheduler.waitFor(Promise.all(holders.map((plan, id) => contest.run(id, plan))));
          contest.model.now += 300 + CLOCK_SLACK_SECONDS + 1;
          assert.equal((await next(contest.model).acquire(300)).kind, "acquired");
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("is free at once where each before gave it back, one after the other", async () => {
    const model = new ParameterModel();
    for (let i = 0; i < 5; i += 1) {
      const acquired = await next(model, `holder ${i}`).acquire(300);
      assert.ok(acquired.kind === "acquired");
      await acquired.release();
    }
  });

  it("is free at once to one who read an old version, where it was given back since", async () => {
    const model = new ParameterModel();
    const reads = [0, 5];
    const behind = storeOver(model, () => Promise.resolve({ delay: 0, lag: reads.pop() ?? 0, isRetried: false }));
    const first = await next(model, "first").acquire(300);
    if (first.kind === "acquired") await first.release();
    model.now += 10;
    const second = await next(model, "second").acquire(300);
    if (second.kind === "acquired") await second.release();
    model.now += 1;
    const third = leaseOver(
      behind,
      () => model.clock,
      () => "third",
    );
    assert.equal((await third.acquire(300)).kind, "acquired");
  });

  it("is not given back for another by one whose term is over", async () => {
    const model = new ParameterModel();
    const slow = await next(model, "slow").acquire(100);
    model.now += 100 + CLOCK_SLACK_SECONDS + 1;
    assert.equal((await next(model, "other").acquire(100)).kind, "acquired");
    if (slow.kind === "acquired") await slow.release();
    assert.equal((await next(model, "third").acquire(100)).kind, "held");
  });

  const next = (model: ParameterModel, holder = "next") =>
    leaseOver(
      storeOver(model, () => Promise.resolve({ delay: 0, lag: 0, isRetried: false })),
      () => model.clock,
      () => holder,
    );
});

for (const [server, start] of [
  ["the embedded SSM", () => startStudio({ instances: "none", lifecycleScript: "exit 0" })],
  ["moto's SSM", startMoto],
] as const) {
  describe(`a lease on ${server}`, () => {
    let running: Awaited<ReturnType<typeof start>>;
    before(async () => {
      running = await start();
    });
    after(() => running.close());
    const lease = (name: string) => createLease(clientsOf(running).ssm, name);

    it("is held until it is given back, and then taken again", async () => {
      const first = await lease("/leases/a").acquire(300);
      const second = await lease("/leases/a").acquire(300);
      assert.deepEqual([first.kind, second.kind], ["acquired", "held"]);
      if (first.kind === "acquired") await first.release();
      assert.equal((await lease("/leases/a").acquire(300)).kind, "acquired");
    });

    it("goes to exactly one of ten who try at once, the first time and after that", async () => {
      for (let round = 0; round < 3; round += 1) {
        const all = await Promise.all(Array.from({ length: 10 }, () => lease("/leases/b").acquire(300)));
        const acquired = all.filter((one) => one.kind === "acquired");
        assert.equal(acquired.length, 1);
        await acquired[0]?.release();
      }
    });

    it("whose parameter says anything else is held for as long as one may last", async () => {
      const { ssm } = clientsOf(running);
      await ssm.send(new PutParameterCommand({ Name: "/leases/c", Value: "mine!", Type: "String" }));
      assert.equal((await lease("/leases/c").acquire(300)).kind, "held");
    });
  });
}
