// Loaded by npm's scripts before TypeScript is, which only Node 24 runs: plain JavaScript, so that an older Node can say what it lacks.
const NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  process.stderr.write(
    `Node ${NEEDED} or newer is needed, this is Node ${process.versions.node}. \`npm ci\` installs one for the project's ` +
      "scripts, `npm ci --ignore-scripts` does not: run `npm rebuild node`, or put a newer Node first on your PATH.\n",
  );
  process.exit(1);
}
