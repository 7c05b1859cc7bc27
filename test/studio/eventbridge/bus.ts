import type { Json } from "../wire/operation.ts";

/** An event as a rule sees it; `detail` is what was put, parsed. */
export type BusEvent = {
  readonly version: "0";
  readonly id: string;
  readonly source: string;
  readonly "detail-type": string;
  readonly account: string;
  readonly region: string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Json;
};

type Put = { id: string; source: string; detailType: string; detail: Json };
type Where = { readonly accountId: string; readonly region: string; readonly now: () => number };

/** The account's default event bus, which keeps what was put on it. */
export class Bus {
  readonly events: BusEvent[] = [];
  readonly #where: Where;
  #faults: string[] = [];

  constructor(where: Where) {
    this.#where = where;
  }

  put({ id, source, detailType, detail }: Put): void {
    const { accountId: account, region, now } = this.#where;
    const time = new Date(now()).toISOString().replace(/\.\d+Z$/, "Z");
    this.events.push({
      version: "0",
      id,
      source,
      "detail-type": detailType,
      account,
      region,
      time,
      resources: [],
      detail,
    });
  }

  /** The next so many entries are refused, while the others of the same call are taken. */
  refuseNext(entries: number, code = "InternalFailure"): void {
    this.#faults.push(...new Array<string>(entries).fill(code));
  }

  takeFault(): string | undefined {
    return this.#faults.shift();
  }
}
