const TOKENS = /("""|''')[^]*?(?<!\\)(?:\\\\)*\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*/g;

/**
 * Python without what only its readers need: comments, docstrings, annotations, most of the white space, and the length of its own
 * names. Made for how lcc/agent/__main__.py is written; a test holds the result's syntax tree against the source's.
 */
export function stripPython(source: string): string {
  const strings: string[] = [];
  const bare = source.replace(TOKENS, (token: string, _quotes: string | undefined, at: number) => {
    if (token.startsWith("#")) return "";
    const isDocstring = /(^|\n) *$/.test(source.slice(0, at)) && source[at + token.length] === "\n";
    const mark = source[at - 1] === "f" ? "\u0001" : "\0";
    return `${mark}${strings.push(isDocstring ? '""' : token) - 1}${mark}`;
  });
  const lines = dropTypes(bare)
    .split("\n")
    .map(narrow)
    .filter((line) => line !== "");
  const code = joinImports(dropDocstrings(lines.join("\n"), strings));
  return restore(code, strings, shortNames(code)) + "\n";
}

function narrow(line: string): string {
  return line.trimEnd().replace(/^(?: {4})+/, (indent) => " ".repeat(indent.length / 4));
}

function dropAnnotations(code: string): string {
  const headers = code.replace(
    /^( *def \w+\()(.*)\)(?: -> [^:]+)?:$/gm,
    (_, start: string, parameters: string) => `${start}${bareNames(parameters)}):`,
  );
  return headers
    .replace(/^( *(?!else|try|finally)[\w.]+): [^=\n]+ = /gm, "$1 = ")
    .replace(/^ *[\w.]+: [^=\n]+$/gm, (line) => (/^ *(else|try|finally):/.test(line) ? line : ""));
}

/** A docstring that is all there is in its block stays, empty. */
function dropDocstrings(code: string, strings: readonly string[]): string {
  return code.replace(/^( *)\0(\d+)\0\n(?=\1[^ ]|[^ ])/gm, (line, indent: string, index, at: number) => {
    const next = code.slice(at + line.length);
    return strings[Number(index)] === '""' && next.startsWith(indent) && next[indent.length] !== " " ? "" : line;
  });
}

function joinImports(code: string): string {
  return code.replace(
    /(?:^import \w+\n)+/gm,
    (block) => `import ${[...block.matchAll(/import (\w+)/g)].map(([, name]) => name).join(",")}\n`,
  );
}

function dropTypes(code: string): string {
  return dropAnnotations(
    code.replace(/^from __future__.*\n/m, "").replace(/^TYPE_CHECKING = .*\nif TYPE_CHECKING:.*\n(?: +.*\n)+/m, ""),
  );
}

function bareNames(parameters: string): string {
  const simple = parameters.replace(/\[[^[\]]*\]/g, "");
  if (simple !== parameters) return bareNames(simple);
  return simple.replace(/: [\w.| ]+?(?=,|$| = )/g, "").replaceAll(" = ", "=");
}

/** Names that the agent gives and others have, too: of built-in functions, keyword arguments, attributes of what modules return. */
const SHARED = new Set(["name", "path", "type", "key"]);

const DEFINITIONS = [
  /\b(?:def|class) (\w+)/g,
  /\bdef \w+\((.*)\):/g,
  /\bself\.([a-zA-Z]\w*)/g,
  /^ *([\w., ]+) = /gm,
  /\bfor ([\w, ]+) in\b/g,
  /\bas (\w+)/g,
  /\blambda ([\w, ]*):/g,
];

/** A short name for each that the code defines, the most used first; a name that is a keyword argument somewhere stays. */
function shortNames(code: string): Map<string, string> {
  const parameters = new Set(
    [...code.matchAll(/\bdef \w+\((.*)\):/g)].flatMap(([, names = ""]) =>
      names.split(",").map((name) => name.replace(/=.*| /g, "")),
    ),
  );
  const keywords = new Set(
    [...code.matchAll(/[(,] ?(\w+)=(?!=)/g)].map(([, name = ""]) => name).filter((name) => !parameters.has(name)),
  );
  const defined = DEFINITIONS.flatMap((pattern) =>
    [...code.matchAll(pattern)].flatMap(([, names = ""]) =>
      names.split(",").map((name) => name.replace(/=.*/, "").replace(/^.*\.|[* ]/g, "")),
    ),
  );
  const uses = new Map<string, number>();
  for (const [name] of code.matchAll(/[A-Za-z_]\w*/g)) uses.set(name, (uses.get(name) ?? 0) + 1);
  const ours = [...new Set(defined)].filter(
    (name) => /^[A-Za-z]\w+$/.test(name) && !keywords.has(name) && !SHARED.has(name),
  );
  ours.sort((a, b) => (uses.get(b) ?? 0) - (uses.get(a) ?? 0));
  const short = LETTERS_AND_PAIRS.filter((name) => !uses.has(name) && !RESERVED.has(name));
  return new Map(ours.map((name, i) => [name, short[i] ?? name]));
}

const RESERVED = new Set(["as", "if", "in", "is", "or"]);
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
const LETTERS_AND_PAIRS = [...LETTERS, ...LETTERS.flatMap((first) => LETTERS.map((last) => first + last))];

function restore(code: string, strings: readonly string[], names: ReadonlyMap<string, string>): string {
  const rename = (text: string) => text.replace(/'[^']*'|[A-Za-z_]\w*/g, (name) => names.get(name) ?? name);
  const inBraces = (text: string) => text.replace(/\{[^{}]*\}/g, rename);
  return rename(code)
    .replace(/(?<=\S) ?([=+\-*/%<>|&,:!]+) ?/g, "$1")
    .replace(/\0(\d+)\0/g, (_, index) => strings[Number(index)] ?? "")
    .replace(/\u0001(\d+)\u0001/g, (_, index) => inBraces(strings[Number(index)] ?? ""));
}
