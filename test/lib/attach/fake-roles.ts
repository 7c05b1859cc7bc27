import type { Roles } from "../../../lib/attach/ports.ts";

/** IAM in memory, for one policy. */
export class FakeRoles implements Roles {
  /** The names of the roles that have the policy. */
  readonly attached = new Set<string>();
  /** The roles that cannot be changed. */
  readonly locked = new Set<string>();

  withPolicy(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(this.attached));
  }

  async attach({ name }: { name: string }): Promise<void> {
    await this.#refuseLocked(name);
    this.attached.add(name);
  }

  async detach({ name }: { name: string }): Promise<"detached" | "gone"> {
    await this.#refuseLocked(name);
    return this.attached.delete(name) ? "detached" : "gone";
  }

  #refuseLocked(name: string): Promise<void> {
    return this.locked.has(name) ? Promise.reject(new Error("AccessDenied")) : Promise.resolve();
  }
}
