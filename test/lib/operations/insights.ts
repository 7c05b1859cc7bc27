/** The keywords of Logs Insights that our queries use, and the fields that every line has. */
const KNOWN = new Set(
  (
    "source fields filter parse sort asc desc limit display stats by bin as and or in like " +
    "count avg sum max latest frommillis @timestamp"
  ).split(" "),
);

/**
 * The fields that a query reads off the log lines: every name in it that is no keyword, no literal, and
 * was not given by the query itself.
 */
export function fieldsRead(query: string): readonly string[] {
  const commands = query
    .replaceAll(/"[^"]*"|'[^']*'/g, " ")
    .replaceAll(/\b\d+[smhd]?\b/g, " ")
    .split("|");
  const given = new Set(commands.flatMap(namesGiven));
  const names = [...commands.join(" ").matchAll(/`([^`]+)`|[@\w][\w.@]*/g)].map(([word, quoted]) => quoted ?? word);
  return [...new Set(names)].filter((name) => !KNOWN.has(name.toLowerCase()) && !given.has(name));
}

/** `parse` gives one name per wildcard, `stats` one per aggregate. */
function namesGiven(command: string): readonly string[] {
  if (command.trim().startsWith("parse ")) return (command.split(" as ")[1] ?? "").trim().split(/, */);
  return [...command.matchAll(/ as (\w+)/g)].map(([, name = ""]) => name);
}
