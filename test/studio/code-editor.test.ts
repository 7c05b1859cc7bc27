import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Account } from "../account/account.ts";
import { type SentHeartbeat, untilHeartbeat } from "../account/heartbeat.ts";
import { CodeEditorUser } from "../browser/code-editor.ts";
import { type EmbeddedStudio, type Instance, startStudio } from "./index.ts";
import { isolation } from "./instances/isolation.ts";
import { livingOf } from "./living.ts";

let studio: EmbeddedStudio;
let account: Account;
let app: Instance;
let user: CodeEditorUser;

async function launch(spaceName: string): Promise<Instance> {
  await account.createSpace(spaceName);
  await account.launchApp(spaceName);
  const instance = studio.app(spaceName);
  assert.ok(instance);
  return instance;
}

const heard = (says: (heartbeat: SentHeartbeat) => boolean) => untilHeartbeat(account, "editing", says);

before(async () => {
  studio = await startStudio();
  account = new Account(studio, { appType: "CodeEditor" });
  const instructions = { v: 1, sampleSeconds: 1, cadenceSeconds: 5, timeouts: [3600] };
  await account.putParameter("/studio-reaper/instructions", JSON.stringify(instructions));
  app = await launch("editing");
  user = new CodeEditorUser(app.baseUrl);
});
after(() => studio.close());

describe("an app with Code Editor", () => {
  it("answers at the URL that a user's browser would get", async () => {
    const url = await account.addressOf("editing");
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/codeeditor\/default\/$/);
    assert.equal((await fetch(url)).status, 200);
    assert.equal((await fetch(new URL("/", url))).status, 404);
  });

  it("runs with the lifecycle configuration that the deploy built in for its type", async () => {
    const { BuiltInLifecycleConfigArn = "" } = await account.describeApp("editing");
    assert.match(BuiltInLifecycleConfigArn, /studio-lifecycle-config\/studio-reaper-codeeditor-/);
    assert.match(await readFile(join(app.folder, "resource-metadata.json"), "utf8"), /"AppType":"CodeEditor"/);
  });

  it("is heard of without kernels, and without its editor until that was used", async () => {
    assert.deepEqual(
      Object.keys((await heard(() => true)).idle).filter((source) => source === "kernels" || source === "editor"),
      [],
    );
  });

  it("is known to be in use by what its user does in the editor", async () => {
    await user.edit();
    await heard(({ idle }) => (idle["editor"] ?? 99) <= 5);
    assert.ok(Math.abs(Date.now() - Date.parse(await user.lastActive())) < 60_000);
  });

  it("has terminals, with a silent job on one known to be at work", async () => {
    const { name: terminal } = await user.openTerminal();
    await user.type(terminal, "sleep 3458\r");
    assert.equal((await heard(({ busy }) => "terminals" in busy)).busy["terminals"]?.what, "sleep 3458");
    await user.type(terminal, "\x03");
    assert.deepEqual((await heard(({ busy }) => !("terminals" in busy))).busy, {});
    await user.type(terminal, "exit\r");
    while (
      await user.type(terminal, "").then(
        () => true,
        () => false,
      )
    )
      await sleep(50);
  });

  it("has a server that is no work, whatever it computes", async () => {
    for (let call = 0; call < 500; call++) await user.lastActive();
    assert.ok(!("cpu" in (await heard(() => true)).busy));
  });

  it("sees none of another app's processes, and is gone with every process when it is Deleted", async (context) => {
    if ((await isolation()).kind === "group") {
      context.skip("no process namespaces here");
      return;
    }
    const other = await launch("other");
    await new CodeEditorUser(other.baseUrl).openTerminal();
    const pids = (await other.processes()).map(({ pid }) => pid);
    assert.deepEqual(
      (await app.processes()).filter(({ pid }) => pids.includes(pid)),
      [],
    );
    assert.ok(pids.length >= 3);
    await account.stopApp("other");
    assert.deepEqual(await livingOf(pids), []);
  });
});
