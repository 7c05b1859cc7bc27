import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { suite } from "node:test";
import { promisify } from "node:util";
import { MAX_SCRIPT_BYTES, buildOnStart } from "../../lcc/build.ts";
import { stripPython } from "../../lcc/strip-python.ts";
import { devTools } from "../studio/python.ts";

const run = promisify(execFile);
const agentFile = join(import.meta.dirname, "../../lcc/agent/__main__.py");

suite("the lifecycle configuration's content", () => {
  test("fits into a lifecycle configuration, in plain ASCII without carriage returns", async () => {
    const script = await buildOnStart();
    assert.ok(Buffer.byteLength(script) <= MAX_SCRIPT_BYTES, `${Buffer.byteLength(script)} bytes`);
    assert.ok(Buffer.from(script).toString("base64").length <= 16_384);
    assert.match(script, /^#!\/bin\/bash\n[\n\x20-\x7e]*\n$/);
  });

  test("is the same at each build", async () => {
    assert.equal(await buildOnStart(), await buildOnStart());
  });

  test("has the deployment's prefix, and refuses one that is none", async () => {
    assert.match(
      await buildOnStart({ prefix: "/team-a/reaper" }),
      /PARAMETER_PREFIX="\$\{PARAMETER_PREFIX:-\/team-a\/reaper\}"/,
    );
    for (const prefix of ["", "/", "reaper", "/a/", '/"; rm -rf /', "/a b"])
      await assert.rejects(buildOnStart({ prefix }), /prefix/);
  });

  test("carries the agent as it is in the repository but for comments and annotations", async () => {
    const folder = await mkdtemp(join(tmpdir(), "strip-"));
    try {
      const stripped = join(folder, "agent.py");
      await writeFile(stripped, stripPython(await readFile(agentFile, "utf8")));
      const { python } = await devTools();
      await run(python, [join(import.meta.dirname, "same_syntax.py"), agentFile, stripped]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("pleases shellcheck", async () => {
    const folder = await mkdtemp(join(tmpdir(), "shellcheck-"));
    try {
      await writeFile(join(folder, "on-start.sh"), await buildOnStart());
      await run(join((await devTools()).bin, "shellcheck"), [join(folder, "on-start.sh")]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
