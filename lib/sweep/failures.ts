import { sayError } from "../domain/errors.ts";

/** Collects what fails, each with what was being done, so that the rest goes on. */
export class Failures {
  readonly all: Error[];

  constructor(already: readonly Error[] = []) {
    this.all = [...already];
  }

  add(doing: string, cause: unknown): void {
    this.all.push(new Error(`${doing}: ${sayError(cause)}`, { cause }));
  }

  async collect<T>(doing: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (cause) {
      this.add(doing, cause);
      return undefined;
    }
  }
}
