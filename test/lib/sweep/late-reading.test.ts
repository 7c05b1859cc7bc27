import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LateReading } from "../../../lib/sweep/late-reading.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { aHeartbeat, aNotice } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { atNow, inSpace } from "./apps-in-spaces.ts";

const A_PAGE = 100;

/** Lists so many pages, and notes after which of them the reading of so many parameters began. */
async function read(late: LateReading, { pages, parameters }: { pages: number; parameters: number }) {
  const seen = { pages: 0, beganAfter: NaN };
  async function* listing() {
    for (; seen.pages < pages; seen.pages++) yield await Promise.resolve(Array.from({ length: A_PAGE }, () => "app"));
  }
  const [items, found] = await late.beside(
    listing(),
    () => {
      seen.beganAfter = seen.pages;
      return Promise.resolve(parameters);
    },
    (count) => count,
  );
  return { apps: items.length, found, beganAfter: seen.beganAfter };
}

/** Notes how many parameters it is told of. */
class ToldReading extends LateReading {
  readonly told: number[] = [];

  override async beside<Item, T>(
    listing: AsyncIterable<readonly Item[]>,
    readAll: () => Promise<T>,
    parametersIn: (found: T) => number,
  ): Promise<readonly [readonly Item[], T]> {
    const answer = await super.beside(listing, readAll, parametersIn);
    this.told.push(parametersIn(answer[1]));
    return answer;
  }
}

it("a sweep times its reading by the heartbeats and the notices together", async () => {
  const keys = ["a", "b", "c"].map((name) => inSpace(name).key);
  const readings = new Map(keys.map((key) => [key, aHeartbeat()]));
  const notices = new Map(keys.slice(1).map((key) => [key, aNotice()]));
  const lateReading = new ToldReading();
  await sweep({ ...fakeAccount({ readings, notices }).ports, lateReading }, atNow);
  assert.deepEqual(lateReading.told, [5]);
});

describe("heartbeats that are read beside a listing", () => {
  it("are read from its start by the first sweep of a process, which does not know how long it takes", async () => {
    const first = await read(new LateReading(), { pages: 30, parameters: 2000 });
    assert.deepEqual(first, { apps: 3000, found: 2000, beganAfter: 0 });
  });

  it("are read so late by the next ones that both end together, with a tenth of the time to spare", async () => {
    const late = new LateReading();
    await read(late, { pages: 30, parameters: 2000 });
    // 2 000 parameters take as long as the last 1 000 apps, and a tenth of that earlier they begin.
    assert.equal((await read(late, { pages: 30, parameters: 2000 })).beganAfter, 19);
  });

  it("are read from its start where they take as long as the listing", async () => {
    const late = new LateReading();
    await read(late, { pages: 10, parameters: 2000 });
    assert.equal((await read(late, { pages: 10, parameters: 2000 })).beganAfter, 0);
  });

  it("are read after its end where the fleet has become smaller", async () => {
    const late = new LateReading();
    await read(late, { pages: 30, parameters: 100 });
    assert.deepEqual(await read(late, { pages: 2, parameters: 100 }), { apps: 200, found: 100, beganAfter: 2 });
  });

  it("are not read at all where the listing breaks off before", async () => {
    const late = new LateReading();
    await read(late, { pages: 30, parameters: 100 });
    async function* breaksOff() {
      yield await Promise.resolve(["app"]);
      throw new Error("ThrottlingException");
    }
    const reading = late.beside(breaksOff(), () => assert.fail("it was read"), Number);
    await assert.rejects(reading, { message: "ThrottlingException" });
  });
});
