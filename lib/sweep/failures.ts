import { sayError } from "../domain/errors.ts";

/** Collects the failures of a sweep, each with what was being done, so that one failure does not end the rest. */
export class Failures {
  readonly all: Error[];

  constructor(alreadyKnown: readonly Error[] = []) {
    this.all = [...alreadyKnown];
  }

  add(doing: string, cause: unknown): void {
    this.all.push(new Error(`${doing}: ${sayError(cause)}`, { cause }));
  }

  /** Does one thing of several; `undefined` where it failed. */
  async collect<T>(doing: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (cause) {
      this.add(doing, cause);
      return undefined;
    }
  }
}
