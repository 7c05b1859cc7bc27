/** One test, named by its suites and itself. */
export type CollectedTest = { readonly name: string; readonly run: () => Promise<void> };

type Body = () => unknown;

const collected: CollectedTest[] = [];
let suite: { readonly names: readonly string[]; readonly befores: Body[] } = { names: [], befores: [] };

/** In place of `node:test`: what is described is collected, to be run again and again. */
export function describe(name: string, body: Body): void {
  const outer = suite;
  suite = { names: [...outer.names, name], befores: [...outer.befores] };
  body();
  suite = outer;
}

export function beforeEach(body: Body): void {
  suite.befores.push(body);
}

export function it(name: string, body: Body): void {
  const { names, befores } = suite;
  const run = async () => {
    for (const before of befores) await before();
    await body();
  };
  collected.push({ name: [...names, name].join(" > "), run });
}

export const test = it;

/** All that were collected since this was last asked. */
export function takeCollected(): readonly CollectedTest[] {
  return collected.splice(0);
}
