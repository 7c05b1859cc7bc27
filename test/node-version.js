// Loaded by npm's scripts before any TypeScript, which an older Node cannot run: JavaScript, so that it can say so.
const NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  process.stderr.write(
    `Node ${NEEDED} or newer is needed, and this is Node ${process.versions.node}. ` +
      "`npm rebuild node` installs one for the project, as `npm ci` does without --ignore-scripts.\n",
  );
  process.exit(1);
}
