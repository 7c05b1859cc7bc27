/** Whether a service answered with one of these error codes. */
export function isNamed(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes(error.name);
}
