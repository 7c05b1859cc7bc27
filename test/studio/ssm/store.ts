import { type Listing, listing } from "../wire/pages.ts";

/** One version of a parameter; the times are the service's own clock. */
export type Version = {
  version: number;
  value: string;
  type: string;
  tier: string;
  modifiedAt: number;
  description?: string | undefined;
  dataType: string;
  allowedPattern?: string | undefined;
};
/** A parameter: its versions, oldest first, the newest 100 of them. */
export type Parameter = { name: string; versions: Version[]; tags: Map<string, string> };

const keptVersions = 100;

/** All parameters, in the order of their names. */
export class Store {
  readonly #parameters = new Map<string, Parameter>();
  #listing: Listing<Parameter> | undefined;

  get(name: string): Parameter | undefined {
    return this.#parameters.get(name);
  }

  /** Adds a version, and the parameter itself where it is new. */
  put(name: string, version: Version): Parameter {
    const parameter = this.get(name) ?? this.#new(name);
    parameter.versions.push(version);
    if (parameter.versions.length > keptVersions) parameter.versions.shift();
    return parameter;
  }

  delete(name: string): boolean {
    this.#listing = undefined;
    return this.#parameters.delete(name);
  }

  /** Every parameter by name; kept between calls, because a big account is walked page by page. */
  all(): Listing<Parameter> {
    this.#listing ??= listing(this.#parameters.values(), ({ name }) => name);
    return this.#listing;
  }

  #new(name: string): Parameter {
    this.#listing = undefined;
    const parameter: Parameter = { name, versions: [], tags: new Map() };
    this.#parameters.set(name, parameter);
    return parameter;
  }
}

/** The newest version at that time: a read that lags sees an older one, or none yet. */
export function versionAsOf({ versions }: Parameter, at: number): Version | undefined {
  return versions.findLast(({ modifiedAt }) => modifiedAt <= at);
}
