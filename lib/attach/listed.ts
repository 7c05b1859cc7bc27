/** The first names of so many, for a person: `a, b and 3 more`; without any of them, the count alone. */
export function listed(first: readonly string[], count: number): string {
  const more = count - first.length;
  return first.length === 0 ? String(count) : `${first.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
}
