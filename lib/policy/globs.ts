import picomatch from "picomatch";

/** Whether a name fits one of some globs. `patterns` are the globs themselves, for those who explain them. */
export type Globs = { (name: string): boolean; readonly patterns?: readonly string[] };

/** What several names may fit, as a domain's id and its name; `undefined` stands for one that is not known. */
export type NamesGlobs = {
  (names: readonly (string | undefined)[]): boolean | "unknown";
  readonly patterns?: readonly string[];
};

/** Compiled once, since every app is matched at every sweep. */
export function compileGlobs(patterns: readonly string[]): Globs {
  const matcher = picomatch([...patterns]);
  return Object.assign((name: string) => matcher(name), { patterns });
}

/** As {@link compileGlobs}, of things with several names: a negated glob has to be right of all of them. */
export function compileNamesGlobs(patterns: readonly string[], isId: (pattern: string) => boolean): NamesGlobs {
  const each = patterns.map((pattern) => namesGlob(pattern, isId(pattern)));
  const fits: NamesGlobs = (names) => {
    const answers = each.map((one) => one(names));
    return answers.includes(true) || (answers.includes("unknown") ? "unknown" : false);
  };
  return Object.assign(fits, { patterns });
}

function namesGlob(pattern: string, isId: boolean): NamesGlobs {
  const matcher = picomatch(pattern);
  const fits = (name: string) => matcher(name);
  const isNegated = pattern.startsWith("!");
  return (names) => {
    const known = names.filter((name) => name !== undefined);
    if (isNegated ? !known.every(fits) : known.some(fits)) return !isNegated;
    return known.length < names.length && !isId ? "unknown" : isNegated;
  };
}

/** Whether a glob is a name itself, in which nothing stands for anything else. */
export function isPlainName(pattern: string): boolean {
  return !/[*?[\]{}()!+@\\|]/.test(pattern);
}

/** Whether every name that fits the other glob fits this one, too; `false` also where that cannot be told. */
export function coversGlob(pattern: string, other: string): boolean {
  if (pattern === other || pattern === "*" || pattern === "**") return true;
  return !pattern.startsWith("!") && isPlainName(other) && picomatch(pattern)(other);
}
