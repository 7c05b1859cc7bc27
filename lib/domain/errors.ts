/** Whether a service answered with one of these error codes. */
export function isNamed(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes(error.name);
}

/** What a service answers; `undefined` where it answers with one of these error codes. */
export async function unlessNamed<T>(answer: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNamed(error, ...codes)) return undefined;
    throw error;
  }
}

/** What went wrong, with the kind of error where that says anything. */
export function sayError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
}
