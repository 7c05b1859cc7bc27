import type { Settings } from "./settings-target.ts";

/** Collects the execution roles of the domains and profiles that a run reads. */
export class RoleSearch {
  readonly #domainsByRole = new Map<string, Set<string>>();
  readonly #unread = new Set<string>();

  /** The ids of the domains that have a role, by the role's ARN. */
  get domainsByRole(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#domainsByRole;
  }

  /** The domains of which some settings could not be read: they may have more roles. */
  get unread(): ReadonlySet<string> {
    return this.#unread;
  }

  see(domainId: string, settings: Settings): void {
    for (const arn of executionRoles(settings)) {
      const domains = this.#domainsByRole.get(arn) ?? new Set();
      this.#domainsByRole.set(arn, domains.add(domainId));
    }
  }

  cannotRead(domainId: string): void {
    this.#unread.add(domainId);
  }
}

function executionRoles(settings: Settings): readonly string[] {
  return Object.values(settings).flatMap((group) => group.ExecutionRole ?? []);
}
