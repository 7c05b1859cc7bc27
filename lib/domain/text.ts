/** What is said by others goes to logs and terminals, and must not command them. */
export function withoutControls(text: string): string {
  return text.replaceAll(/\p{C}/gu, "");
}
