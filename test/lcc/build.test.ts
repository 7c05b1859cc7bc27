import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { cp, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { suite } from "node:test";
import { promisify } from "node:util";
import { MAX_SCRIPT_BYTES, buildAgent, buildOnStart } from "../../lcc/build.ts";
import { packAgent } from "../../lcc/pack.ts";
import { MAX_PIECES, PIECE_CHARACTERS, agentPieces } from "../../lib/domain/agent-archive.ts";
import { devTools, studioPython } from "../studio/python.ts";

const run = promisify(execFile);
const agentFolder = join(import.meta.dirname, "../../lcc/agent");

suite("the lifecycle configuration's script", () => {
  test("is one page of plain ASCII without carriage returns", async () => {
    const script = await buildOnStart();
    assert.ok(Buffer.byteLength(script) <= MAX_SCRIPT_BYTES, `${Buffer.byteLength(script)} bytes`);
    assert.match(script, /^#!\/bin\/bash\n[\n\x20-\x7e]*\n$/);
  });

  test("has the whole SHA-256 of the agent that the build packs", async () => {
    const { sha256 } = await buildAgent();
    assert.match(await buildOnStart(), new RegExp(`^AGENT_SHA256=${sha256}$`, "m"));
  });

  test("has the deployment's prefix, and refuses one that is none", async () => {
    assert.match(
      await buildOnStart({ prefix: "/team-a/reaper" }),
      /PARAMETER_PREFIX="\$\{PARAMETER_PREFIX:-\/team-a\/reaper\}"/,
    );
    for (const prefix of ["", "/", "reaper", "/a/", '/"; rm -rf /', "/a b"])
      await assert.rejects(buildOnStart({ prefix }), /prefix/);
  });

  test("pleases shellcheck", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "on-start.sh"), await buildOnStart());
    await run(join((await devTools()).bin, "shellcheck"), [join(folder.path, "on-start.sh")]);
  });
});

suite("the agent's archive", () => {
  test("fits into the parameters that two calls bring, each a standard one", async () => {
    const { pieces } = await buildAgent();
    assert.ok(pieces.length <= MAX_PIECES, `${pieces.length} pieces`);
    assert.ok(pieces.every(({ value }) => value.length <= PIECE_CHARACTERS));
    assert.deepEqual(
      pieces.map(({ name }) => name),
      pieces.map((_, i) => String(i).padStart(2, "0")),
    );
  });

  test("is put together from its pieces in the order of their names", async () => {
    const { bytes, pieces } = await buildAgent();
    const text = pieces.toSorted((a, b) => a.name.localeCompare(b.name)).map(({ value }) => value);
    assert.deepEqual(Buffer.from(text.join(""), "base64"), Buffer.from(bytes));
  });

  test("has a JupyterLab extension of 15 KB at most", async () => {
    const { size } = await stat(join(agentFolder, "labextension/index.js"));
    assert.ok(size <= 15 * 1024, `${size} bytes`);
  });

  test("is refused where it is larger than these parameters", () => {
    const most = (MAX_PIECES * PIECE_CHARACTERS * 3) / 4;
    assert.equal(agentPieces(new Uint8Array(most)).pieces.length, MAX_PIECES);
    assert.throws(() => agentPieces(new Uint8Array(most + 1)), /61441 bytes, and 20 parameters hold 61440/);
  });

  test("is the same, byte for byte, wherever and whenever it is built", async () => {
    await using folder = await temporaryFolder();
    const copy = join(folder.path, "another place");
    await cp(agentFolder, copy, { recursive: true });
    await writeFile(join(copy, "notes.txt"), "not Python");
    const program = `import { packAgent } from ${JSON.stringify(new URL("../../lcc/pack.ts", import.meta.url).href)};
      process.stdout.write(await packAgent(${JSON.stringify(copy)}));`;
    const environment = { ...process.env, TZ: "Pacific/Kiritimati", LC_ALL: "C" };
    const elsewhere = execFileSync(
      "sh",
      ["-c", 'umask 077; exec "$@"', "sh", process.execPath, "--input-type=module", "-e", program],
      { env: environment },
    );
    assert.ok(elsewhere.equals(await packAgent(agentFolder)));
  });

  test("is a zip file that Python runs, of the package's files as they are in the repository", async () => {
    await using folder = await temporaryFolder();
    const packed = join(folder.path, "agent.lzma");
    await writeFile(packed, (await buildAgent()).bytes);
    const check = `
import io, lzma, pathlib, sys, zipfile
file, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
archive = zipfile.ZipFile(io.BytesIO(lzma.decompress(file.read_bytes())))
paths = [*folder.rglob("*.py"), *folder.rglob("*.js")]
files = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
assert {"__main__.py", "labextension/index.js"} <= files.keys()
assert {name: archive.read(name) for name in archive.namelist()} == files`;
    await run(await studioPython(), ["-c", check, packed, agentFolder]);
  });
});

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "build-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
