import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Account } from "../account/account.ts";
import { type Browser, startBrowser } from "../browser/chromium.ts";
import { CodeEditorUser } from "../browser/code-editor.ts";
import { JupyterUser } from "../browser/jupyter.ts";
import { until } from "../lcc/stand-ins.ts";
import { type EmbeddedStudio, startStudio } from "../studio/index.ts";
import { Desk, openLab } from "./desk.ts";

const PATIENCE_SECONDS = 90;
const HOUR = 3600;
const instructions = {
  v: 1,
  sampleSeconds: 1,
  cadenceSeconds: 5,
  timeouts: [HOUR],
  idleTimes: [HOUR],
  warnBefore: 600,
  keepAtMost: 24 * HOUR,
};
const hostile = "idle for 52 min <img src=x onerror='window.injected=1'>\u001b]0;injected\u0007";
const notice = {
  v: 1,
  id: "warning-1",
  kind: "warned",
  why: "idle for 52 min",
  writtenAt: 1_795_660_000,
  stopAt: 1_795_660_600,
  keepFor: [HOUR, 8 * HOUR],
  keepAtMost: 24 * HOUR,
  ways: ["jupyterlab", "terminal", "file"],
};

/** What the sweep has to say, as it would write it. */
async function tell({ account, space }: Desk, changes: object): Promise<void> {
  await account.putParameter(account.noticeName(space), JSON.stringify({ ...notice, ...changes }));
}

describe("the person at an app", { concurrency: 1 }, () => {
  let studio: EmbeddedStudio;
  let browser: Browser;
  before(async () => {
    studio = await startStudio({ instances: "jupyter" });
    await new Account(studio).putParameter("/studio-reaper/instructions", JSON.stringify(instructions));
    browser = await startBrowser();
  });
  after(async () => {
    await browser[Symbol.asyncDispose]();
    await studio.close();
  });

  for (const [theme, why] of [
    ["Light", notice.why],
    ["Dark", hostile],
  ] as const) {
    it(`is warned in JupyterLab (${theme}), keeps the app with a button, and sees until when`, async () => {
      const { desk, address } = await Desk.open(studio, `lab-${theme.toLowerCase()}`);
      const page = await openLab(browser, { desk, address }, theme);
      const status = page.locator(".studio-reaper-status");
      await status.waitFor();
      assert.match(await status.innerText(), /^App (in use|idle for)/);

      await tell(desk, { why });
      const warning = page.locator(".Toastify__toast", { hasText: "This app will be stopped in" });
      await warning.waitFor();
      assert.match(await warning.innerText(), /will be stopped in \d+ (min|s): idle for 52 min/);
      assert.equal((await warning.innerText()).includes("<img src=x onerror="), why === hostile);
      assert.equal(await page.evaluate("window.injected"), undefined);
      assert.equal(await warning.locator("img").count(), 0);
      assert.equal(await warning.locator("[role=alert]").count(), 1);
      assert.match(await status.innerText(), /^App stops in \d+ (min|s)$/);
      await desk.hears((heard) => heard.notice?.id === "warning-1");

      await warning.getByRole("button", { name: "Keep for 8 h" }).press("Enter");
      const { keepAlive } = await desk.hears((heard) => heard.keepAlive !== undefined);
      assert.ok(keepAlive && keepAlive.for > 8 * HOUR - 60 && keepAlive.for <= 8 * HOUR);
      await status.filter({ hasText: "App kept until" }).waitFor();
      await page.locator(".Toastify__toast", { hasText: "This app is kept until" }).waitFor();
      await warning.waitFor({ state: "detached" });

      await status.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      assert.match(await dialog.innerText(), /This app is kept until .*, as you asked\.[^]*kernels: idle for/);
      await dialog.getByRole("button", { name: "Do not keep it" }).press("Enter");
      await desk.hears((heard) => heard.keepAlive === undefined);
      await page.close();
    });
  }

  it("is told once, at the next start, that the app was stopped", async () => {
    const account = new Account(studio);
    const { desk } = await Desk.open(studio, "restarted", account);
    await account.stopApp("restarted");
    await tell(desk, { id: "stop-1", kind: "stopped" });
    const again = await account.launchApp("restarted");
    await desk.hears((heard) => heard.notice?.id === "stop-1");
    assert.match(
      await desk.file("STUDIO-APP-WAS-STOPPED.txt"),
      /^This app was stopped at 2026-11-26 02:36 UTC: idle for 52 min\./,
    );
    const page = await openLab(browser, { desk, address: again });
    const told = page.locator(".Toastify__toast", { hasText: "This app was stopped at 2026-11-26 02:36 UTC" });
    await told.waitFor();
    await page.reload();
    await page.locator(".studio-reaper-status").waitFor();
    await page.waitForTimeout(1000);
    assert.equal(await told.count(), 0);
    await page.close();
  });

  it("is no busier for a page that asks for the status", async () => {
    const { desk, address } = await Desk.open(studio, "open-page");
    const page = await openLab(browser, { desk, address });
    await page.locator(".studio-reaper-status").waitFor();
    let asked = 0;
    page.on("response", (response) => (asked += Number(response.url().endsWith("/studio-reaper/static/status.json"))));
    await until(() => asked >= 2, "two polls", PATIENCE_SECONDS);
    await desk.hears(({ idle }) => ["kernels", "terminals", "files", "cpu"].every((name) => (idle[name] ?? 0) > 15));
    await page.close();
  });

  it("is told in the terminal and in a file where JupyterLab is switched off, and answers by keep-alive", async () => {
    const { desk, address } = await Desk.open(studio, "terminal");
    const user = new JupyterUser(address);
    const terminal = await user.openTerminal();
    terminal.type("PS1='$ '\r");
    await terminal.shows("$ ");
    await desk.hears(({ idle }) => (idle["terminals"] ?? 0) > 9); // typing shows up to eight seconds late
    await tell(desk, { why: hostile, ways: ["terminal", "file"] });
    await terminal.shows("[Studio Reaper] This app will be stopped in 10 min: idle for 52 min <img");
    const text = await desk.file("STUDIO-APP-WILL-BE-STOPPED.txt");
    assert.match(text, /will be stopped in 10 min: .* so does: .*\/bin\/keep-alive 8h\n/);
    assert.doesNotMatch(text, /[^\n\x20-\x7e]/);
    const { idle } = await desk.hears((heard) => (heard.notice?.for ?? 0) > 3);
    assert.ok((idle["terminals"] ?? 0) > 9 && (idle["files"] ?? 0) > 3, "the line and the file are nobody's work");

    const [, command = ""] = /so does: (.*) 8h\n/.exec(text) ?? [];
    terminal.type(`${command} 90m\r`);
    await terminal.shows("This app is kept for 1 h");
    await desk.hears(({ keepAlive }) => (keepAlive?.for ?? 0) > HOUR);
    await desk.isGone("STUDIO-APP-WILL-BE-STOPPED.txt");
    terminal.type(`${command} off; ${command} -- sleep 20\r`);
    await desk.hears(({ keepAlive }) => keepAlive?.while === "sleep 20");
    await desk.hears(({ keepAlive }) => keepAlive === undefined);
    terminal.close();
  });

  it("is told by a file in Code Editor", async () => {
    const account = new Account(studio, { appType: "CodeEditor" });
    const { desk, address } = await Desk.open(studio, "editor", account);
    const user = new CodeEditorUser(address);
    await tell(desk, {});
    assert.match(await desk.file("STUDIO-APP-WILL-BE-STOPPED.txt"), /^This app will be stopped in 10 min/);
    await user.edit();
    await desk.isGone("STUDIO-APP-WILL-BE-STOPPED.txt");
  });
});
