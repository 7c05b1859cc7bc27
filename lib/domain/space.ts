import type { AppAddress } from "./app.ts";

/** Names a space within the account: `<domainId>/<spaceName>`. */
export function spaceKey(domainId: string, spaceName: string): string {
  return `${domainId}/${spaceName}`;
}

/** The user profile that an app belongs to: itself, or by its space's owner, where that is known. */
export function userOf(
  { domainId, owner }: Pick<AppAddress, "domainId" | "owner">,
  spaceOwners: ReadonlyMap<string, string> | undefined,
): string | undefined {
  return owner.kind === "user" ? owner.name : spaceOwners?.get(spaceKey(domainId, owner.name));
}
