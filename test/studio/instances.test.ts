import assert from "node:assert/strict";
import { once } from "node:events";
import { access, readFile, writeFile } from "node:fs/promises";
import { platform } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { Account } from "../account/account.ts";
import { type EmbeddedStudio, type Instance, startStudio } from "./index.ts";
import { isolation } from "./instances/isolation.ts";
import { livingOf, processesWith } from "./living.ts";

// Leaves behind what a lifecycle script may: a child, and one that has left the session.
const lifecycleScript = `
echo "in $SAGEMAKER_SPACE_NAME"; env >"$TMPDIR/environment"
[ "$SAGEMAKER_SPACE_NAME" = failing ] && { echo oh no; exit 3; }
[ "$SAGEMAKER_SPACE_NAME" = slow ] && sleep 1000
sleep 3456 & setsid sleep 3457 &
exit 0`;

let studio: EmbeddedStudio;
let account: Account;

async function launch(spaceName: string): Promise<Instance> {
  await account.createSpace(spaceName);
  await account.launchApp(spaceName);
  const instance = studio.app(spaceName);
  assert.ok(instance);
  return instance;
}

before(async () => {
  process.env["TZ"] = "Asia/Kolkata";
  process.env["JUPYTER_PLATFORM_DIRS"] = "1";
  studio = await startStudio({ lifecycleScript, lifecycleTimeoutMs: 30_000, env: { EXTRA: "told" } });
  account = new Account(studio);
});
after(() => studio.close());

describe("an app with a real Jupyter server", () => {
  let app: Instance;
  before(async () => {
    app = await launch("first");
  });

  it("answers at the URL that a user's browser would get, without a token", async () => {
    const url = await account.addressOf("first");
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/jupyterlab\/default\/$/);
    assert.deepEqual(await (await fetch(`${url}api/kernels`)).json(), []);
  });

  it("has run its lifecycle configuration, whose output is kept", async () => {
    assert.equal(await readFile(join(app.folder, "LifecycleConfigOnStart"), "utf8"), "in first\n");
  });

  it("has an app's environment, the command's time zone and Jupyter settings, and no others", async () => {
    const environment = await readFile(join(app.folder, "tmp", "environment"), "utf8");
    const expected = [
      "TZ=Asia/Kolkata",
      "JUPYTER_PLATFORM_DIRS=1",
      "EXTRA=told",
      `AWS_ENDPOINT_URL=${studio.endpoint}`,
      `JL_PORT=${app.port}`,
      `HOME=${app.home}`,
      "SAGEMAKER_APP_TYPE=JupyterLab",
    ];
    for (const line of expected) assert.ok(environment.split("\n").includes(line), line);
    assert.doesNotMatch(environment, /^(USER|npm_)/m);
  });

  it("knows who it is from its metadata file", async () => {
    const metadata: unknown = JSON.parse(await readFile(join(app.folder, "resource-metadata.json"), "utf8"));
    const { AppArn } = await account.describeApp("first");
    assert.deepEqual(metadata, {
      AppType: "JupyterLab",
      DomainId: studio.domainId,
      SpaceName: "first",
      ExecutionRoleArn: "arn:aws:iam::123456789012:role/StudioExecution",
      ResourceArn: AppArn,
      ResourceName: "default",
      AppImageVersion: "",
    });
  });

  it("sees none of another app's processes", async (context) => {
    if ((await isolation()).kind === "group") {
      context.skip("no process namespaces here");
      return;
    }
    const second = await launch("second");
    assert.equal(await runInTerminal(app, "ps -eo args | grep -c '^sleep 345'"), "2\n");
    assert.deepEqual(await overlap(app, second), []);
    await account.stopApp("second");
  });

  it("lives on without its server when only that is killed", async () => {
    const lone = await launch("lone");
    process.kill(lone.pid, "SIGKILL");
    while (
      await fetch(`${lone.baseUrl}api/status`).then(
        () => true,
        () => false,
      )
    )
      await sleep(50);
    assert.equal((await account.describeApp("lone")).Status, "InService");
    assert.equal((await lone.processes()).filter(({ command }) => command.startsWith("sleep 345")).length, 2);
    await account.stopApp("lone");
  });

  it("is gone with its processes once Deleted, and comes back with its home and new temporary folders", async () => {
    await writeFile(join(app.home, "notebook.txt"), "kept");
    const pids = (await app.processes()).map(({ pid }) => pid);
    assert.ok(pids.length >= 3);
    await account.stopApp("first");
    assert.deepEqual(await livingOf(pids), []);
    await account.launchApp("first");
    const again = studio.app("first");
    assert.equal(await readFile(join(again?.home ?? "", "notebook.txt"), "utf8"), "kept");
    assert.notEqual(again?.folder, app.folder);
    await account.stopApp("first");
  });
});

describe("an app that does not come up", () => {
  it("is Failed when its lifecycle configuration fails, and can be deleted", async () => {
    await account.createSpace("failing");
    await account.createApp("failing");
    const { Status, FailureReason } = await account.settled("failing");
    assert.equal(Status, "Failed");
    assert.match(FailureReason ?? "", /ended with exit code 3/);
    await account.stopApp("failing");
  });

  it("can be deleted while it is Pending", async () => {
    await account.createSpace("slow");
    await account.createApp("slow");
    await sleep(300);
    assert.equal((await account.describeApp("slow")).Status, "Pending");
    await account.deleteApp("slow");
    assert.equal((await account.settled("slow")).Status, "Deleted");
  });
});

describe("without process namespaces", () => {
  it(
    "an app still ends with every process, those that left its session too",
    { skip: platform() !== "linux" && "needs /proc" },
    async () => {
      await using grouped = await startStudio({ lifecycleScript, isolation: "group" });
      const itsAccount = new Account(grouped);
      await itsAccount.createSpace("grouped");
      await itsAccount.launchApp("grouped");
      const processes = await processesWith(`STUDIO_APP_FOLDER=${grouped.app("grouped")?.folder ?? ""}`);
      assert.ok(processes.some(({ command }) => command === "sleep 3457"));
      await itsAccount.stopApp("grouped");
      assert.deepEqual(await livingOf(processes.map(({ pid }) => pid)), []);
    },
  );
});

async function overlap(first: Instance, second: Instance): Promise<number[]> {
  const others = new Set((await second.processes()).map(({ pid }) => pid));
  return (await first.processes()).map(({ pid }) => pid).filter((pid) => others.has(pid));
}

/** What a command prints in a terminal of the app. */
async function runInTerminal(app: Instance, command: string): Promise<string> {
  const { name } = v.parse(
    v.object({ name: v.string() }),
    await (await fetch(`${app.baseUrl}api/terminals`, { method: "POST" })).json(),
  );
  const socket = new WebSocket(`${app.baseUrl.replace("http", "ws")}terminals/websocket/${name}`);
  await once(socket, "open");
  socket.send(JSON.stringify(["stdin", `${command} >~/output.new; mv ~/output.new ~/output\r`]));
  const output = join(app.home, "output");
  while (
    !(await access(output).then(
      () => true,
      () => false,
    ))
  )
    await sleep(50);
  socket.close();
  return readFile(output, "utf8");
}
