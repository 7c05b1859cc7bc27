import { firstAfter, ServiceError } from "./studio-service.ts";
import type { Timeline } from "./timeline.ts";

type Input = Readonly<Record<string, unknown>>;
type Version = { readonly number: number; readonly value: string; readonly at: number };

/** One life of a parameter, from its first version to its deletion. */
type Entry = { readonly id: number; readonly name: string; versions: Version[]; deletedAt: number };

const PARAMETERS_A_PAGE = 10;
const VERSIONS_KEPT = 100;

/** SSM Parameter Store in memory. Reads may answer as of a short time ago. */
export class ParameterService {
  readonly #timeline: Timeline;
  readonly #entries = new Map<string, Entry>();
  #inOrder: Entry[] = [];
  #nextId = 1;
  /** As of how many seconds ago the next read answers. */
  lag: () => number = () => 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  get size(): number {
    return this.#inOrder.filter(({ deletedAt }) => deletedAt === Infinity).length;
  }

  /** The value as it is, without any lag. */
  peek(name: string): { readonly value: string; readonly at: number } | undefined {
    const entry = this.#entries.get(name);
    return entry?.deletedAt === Infinity ? entry.versions.at(-1) : undefined;
  }

  /** What a parameter said since an instant, deleted ones included. */
  said(name: string, since: number): readonly { readonly value: string; readonly at: number }[] {
    const entries = this.#inOrder.filter((entry) => entry.name === name);
    return entries.flatMap(({ versions }) => versions.filter(({ at }) => at >= since));
  }

  put({ Name, Value, Overwrite }: Input): Input {
    const name = String(Name);
    let entry = this.#entries.get(name);
    if (entry?.deletedAt !== Infinity) {
      entry = { id: this.#nextId++, name, versions: [], deletedAt: Infinity };
      this.#entries.set(name, entry);
      this.#inOrder.push(entry);
    } else if (Overwrite === false) throw new ServiceError("ParameterAlreadyExists");
    const number = (entry.versions.at(-1)?.number ?? 0) + 1;
    entry.versions.push({ number, value: String(Value), at: this.#timeline.now });
    if (entry.versions.length > 2 * VERSIONS_KEPT) entry.versions = entry.versions.slice(-VERSIONS_KEPT);
    return { Version: number };
  }

  get({ Name }: Input): Input {
    const [name = "", version] = String(Name).split(":");
    const entry = this.#entries.get(name);
    const asOf = this.#timeline.now - (version === undefined ? this.lag() : 0);
    if (entry === undefined || entry.deletedAt <= asOf) throw new ServiceError("ParameterNotFound");
    const found =
      version === undefined ? newest(entry, asOf) : entry.versions.findLast(({ number }) => number === Number(version));
    if (found) return { Parameter: answerOf(entry, found) };
    throw new ServiceError(version === undefined ? "ParameterNotFound" : "ParameterVersionNotFound");
  }

  getMany({ Names }: Input): Input {
    const asOf = this.#timeline.now - this.lag();
    const names = Array.isArray(Names) ? Names.map(String) : [];
    return { Parameters: names.flatMap((name) => this.#answerAsOf(this.#entries.get(name), asOf)) };
  }

  getByPath({ Path, NextToken }: Input): Input {
    const asOf = this.#timeline.now - this.lag();
    if (NextToken === undefined) this.#prune();
    const page: Input[] = [];
    let i = firstAfter(this.#inOrder, Number(NextToken ?? 0));
    for (; i < this.#inOrder.length && page.length < PARAMETERS_A_PAGE; i++) {
      const entry = this.#inOrder[i];
      if (entry?.name.startsWith(String(Path))) page.push(...this.#answerAsOf(entry, asOf));
    }
    const last = this.#inOrder[i - 1];
    return { Parameters: page, ...(i < this.#inOrder.length && last ? { NextToken: String(last.id) } : {}) };
  }

  deleteMany({ Names }: Input): Input {
    for (const name of Array.isArray(Names) ? Names.map(String) : []) {
      const entry = this.#entries.get(name);
      if (entry?.deletedAt === Infinity) entry.deletedAt = this.#timeline.now;
    }
    return {};
  }

  #answerAsOf(entry: Entry | undefined, asOf: number): Input[] {
    if (entry === undefined || entry.deletedAt <= asOf) return [];
    const version = newest(entry, asOf);
    return version ? [answerOf(entry, version)] : [];
  }

  /** What was deleted long ago is in nobody's reads. */
  #prune(): void {
    const longAgo = this.#timeline.now - 600;
    this.#inOrder = this.#inOrder.filter(({ deletedAt }) => deletedAt > longAgo);
  }
}

function newest({ versions }: Entry, asOf: number): Version | undefined {
  return versions.findLast(({ at }) => at <= asOf);
}

function answerOf({ name }: Entry, { value, number, at }: Version): Input {
  return { Name: name, Value: value, Version: number, LastModifiedDate: new Date(at * 1000) };
}
