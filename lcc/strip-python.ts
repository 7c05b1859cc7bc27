const TOKENS = /("""|''')[^]*?(?<!\\)(?:\\\\)*\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*/g;

/**
 * Python without what only its readers need: comments, docstrings (an empty string keeps the place), annotations, most of the
 * indentation. Made for how lcc/agent.py is written; a test holds the result's syntax tree against the source's.
 */
export function stripPython(source: string): string {
  const strings: string[] = [];
  const bare = source.replace(TOKENS, (token: string, _quotes: string | undefined, at: number) => {
    if (token.startsWith("#")) return "";
    const isDocstring = /(^|\n) *$/.test(source.slice(0, at)) && source[at + token.length] === "\n";
    return `\0${strings.push(isDocstring ? '""' : token) - 1}\0`;
  });
  const lines = dropAnnotations(bare).split("\n").map(narrow).filter((line) => line !== "");
  return lines.join("\n").replace(/\0(\d+)\0/g, (_, index) => strings[Number(index)] ?? "") + "\n";
}

function narrow(line: string): string {
  return line.trimEnd().replace(/^(?: {4})+/, (indent) => " ".repeat(indent.length / 4));
}

function dropAnnotations(code: string): string {
  const headers = code.replace(/^( *def \w+\()(.*)\)(?: -> [^:]+)?:$/gm, (_, start: string, parameters: string) => `${start}${bareNames(parameters)}):`);
  return headers.replace(/^( *(?!else|try|finally)[\w.]+): [^=\n]+ = /gm, "$1 = ");
}

function bareNames(parameters: string): string {
  const simple = parameters.replace(/\[[^[\]]*\]/g, "");
  if (simple !== parameters) return bareNames(simple);
  return simple.replace(/: [\w.| ]+?(?=,|$| = )/g, "").replaceAll(" = ", "=");
}
