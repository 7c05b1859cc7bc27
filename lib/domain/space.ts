/** Names a space within the account: `<domainId>/<spaceName>`. */
export function spaceKey(domainId: string, spaceName: string): string {
  return `${domainId}/${spaceName}`;
}
