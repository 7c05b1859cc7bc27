import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { promisify } from "node:util";
import { oneAtATime } from "./lock.ts";

const run = promisify(execFile);
const hostPython = join(import.meta.dirname, "host-python.ts");
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "python-test-"));
});
after(() => rm(folder, { recursive: true }));

/** What making a virtual environment says where the machine's only Python is this script, or where it has none. */
async function making(python?: string): Promise<string> {
  const bin = await mkdtemp(join(folder, "bin-"));
  if (python !== undefined) {
    await writeFile(join(bin, "python3"), `#!/bin/sh\n${python}\n`);
    await chmod(join(bin, "python3"), 0o755);
  }
  const code = `import { hostPython, makeVenv } from ${JSON.stringify(hostPython)};
    try { await makeVenv(await hostPython(), ${JSON.stringify(join(folder, "venv"))}); }
    catch (error) { console.log(error.constructor.name, error.message); }`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], { env: { PATH: bin } });
  return stdout;
}

it("without Python it says what to install", async () => {
  assert.match(await making(), /^SetupError Python 3\.10 or newer is needed.*install python3/);
});

it("an old Python is none", async () => {
  assert.match(await making("exit 1"), /^SetupError Python 3\.10 or newer is needed/);
});

it("without the venv module it says which package has it", async () => {
  assert.match(
    await making('[ "$1" = -c ] || { echo "ensurepip is not available"; exit 1; }'),
    /^SetupError python3 cannot make.*apt install python3-venv/,
  );
});

it("of several processes one at a time makes an environment, and a dead one does not block the others", async () => {
  const lock = join(folder, "lock");
  let working = 0;
  await Promise.all(
    Array.from({ length: 3 }, () =>
      oneAtATime(lock, async () => {
        working += 1;
        assert.equal(working, 1);
        await new Promise((resolve) => setImmediate(resolve));
        working -= 1;
      }),
    ),
  );
  const { stdout } = await run(process.execPath, ["-e", "console.log(process.pid)"]);
  await run("mkdir", [lock]);
  await writeFile(join(lock, "pid"), stdout.trim());
  await oneAtATime(lock, () => Promise.resolve());
});
