import type { AttachPorts } from "./ports.ts";

/** Configurations by their ARN, each with the spaces that name it, like `d-1/ada`. */
export type NamedConfigs = ReadonlyMap<string, ReadonlySet<string>>;

type Ports = Pick<AttachPorts, "choices" | "time">;

/**
 * Our configurations that users chose for their spaces. Such a choice stays with the space, whose next start fails
 * where the configuration is no longer listed or is deleted.
 */
export class FormerConfigs {
  readonly isOurs: (arn: string) => boolean;
  readonly #ports: Ports;
  readonly #kept = new Map<string, Set<string>>();
  readonly #all = new Map<string, Promise<NamedConfigs>>();

  constructor(ports: Ports, isOurs: (arn: string) => boolean) {
    this.#ports = ports;
    this.isOurs = isOurs;
  }

  /** Those that stay listed after the run; with no spaces where it is not known which name them. */
  get kept(): NamedConfigs {
    return this.#kept;
  }

  keep(arn: string, spaces: Iterable<string> = []): void {
    this.#kept.set(arn, new Set([...(this.#kept.get(arn) ?? []), ...spaces]));
  }

  /** All that the spaces and apps of a domain name. */
  inDomain(domainId: string): Promise<NamedConfigs> {
    const found = this.#all.get(domainId) ?? this.search(domainId);
    this.#all.set(domainId, found);
    return found;
  }

  /** Looks who names what, until each of these is known to be named. Throws where the time does not suffice. */
  async search(domainId: string, until?: ReadonlySet<string>): Promise<NamedConfigs> {
    const found = new Map<string, Set<string>>();
    for await (const { space, arn } of this.#ports.choices.inDomain(domainId)) {
      if (this.#ports.time.isRunningOut()) throw new Error("there was no time to see which configurations spaces name");
      if (arn === undefined || !this.isOurs(arn)) continue;
      found.set(arn, (found.get(arn) ?? new Set()).add(`${domainId}/${space}`));
      if (until !== undefined && [...until].every((one) => found.has(one))) break;
    }
    return found;
  }
}
