import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import * as v from "valibot";
import { Account } from "../account/account.ts";
import { type Browser, startBrowser } from "../browser/chromium.ts";
import { CodeEditorUser } from "../browser/code-editor.ts";
import { JupyterUser } from "../browser/jupyter.ts";
import { until } from "../lcc/stand-ins.ts";
import { type EmbeddedStudio, startStudio } from "../studio/index.ts";

const PATIENCE_MS = 90_000;
const HOUR = 3600;
/** Where pictures go, for somebody to look at; none are taken unless it is set. */
const pictures = process.env["PICTURES"];

const Seconds = v.pipe(v.number(), v.integer());
const Heartbeat = v.looseObject({
  idle: v.record(v.string(), v.nullable(Seconds)),
  notice: v.optional(v.strictObject({ id: v.string(), for: Seconds })),
  keepAlive: v.optional(v.strictObject({ for: Seconds, since: Seconds, while: v.optional(v.string()) })),
});
type Heard = v.InferOutput<typeof Heartbeat>;

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

/** One app and the person at it. What the sweep would write, the test writes. */
class Desk {
  readonly #studio: EmbeddedStudio;
  readonly #account: Account;
  readonly #space: string;

  constructor(studio: EmbeddedStudio, space: string, account: Account) {
    [this.#studio, this.#space, this.#account] = [studio, space, account];
  }

  static async open(studio: EmbeddedStudio, space: string, account = new Account(studio)) {
    await account.createSpace(space);
    const address = await account.launchApp(space);
    const desk = new Desk(studio, space, account);
    await desk.hears(({ idle }) => typeof idle["terminals"] === "number");
    return { desk, address };
  }

  get home(): string {
    return this.#studio.app(this.#space)?.home ?? "";
  }

  /** What the sweep has to say, as it would write it. */
  async told(changes: object): Promise<void> {
    const name = this.#account.heartbeatName(this.#space).replace("/heartbeats/", "/notices/");
    await this.#account.putParameter(name, JSON.stringify({ ...notice, ...changes }));
  }

  async hears(says: (heartbeat: Heard) => boolean): Promise<Heard> {
    return until(
      async () => {
        const text = await this.#account.parameter(this.#account.heartbeatName(this.#space));
        const heard = text === undefined ? undefined : v.parse(Heartbeat, JSON.parse(text));
        return heard && says(heard) && heard;
      },
      `a heartbeat of ${this.#space}`,
      PATIENCE_MS / 1000,
    );
  }

  /** The text of a file in the home, once it is there. */
  async file(name: string): Promise<string> {
    const read = () => readFile(join(this.home, name), "utf8").catch(() => undefined);
    return until(read, name, PATIENCE_MS / 1000);
  }

  async isGone(name: string): Promise<void> {
    const gone = () =>
      readFile(join(this.home, name)).then(
        () => false,
        () => true,
      );
    await until(gone, `the end of ${name}`, PATIENCE_MS / 1000);
  }
}

async function openLab(browser: Browser, { home }: Desk, address: string, theme = "Light"): Promise<Page> {
  const settings = join(home, ".jupyter/lab/user-settings/@jupyterlab/apputils-extension");
  await mkdir(settings, { recursive: true });
  await writeFile(
    join(settings, "notification.jupyterlab-settings"),
    '{"fetchNews": "false", "checkForUpdates": false}',
  );
  await writeFile(join(settings, "themes.jupyterlab-settings"), JSON.stringify({ theme: `JupyterLab ${theme}` }));
  const page = await browser.newTab();
  await page.setViewportSize({ width: 1100, height: 640 });
  await page.goto(`${address}lab`);
  return page;
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  await mkdir(pictures, { recursive: true });
  await page.waitForTimeout(700); // what slides in has arrived
  await page.screenshot({ path: join(pictures, `${name}.png`) });
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
      const page = await openLab(browser, desk, address, theme);
      const status = page.locator(".studio-reaper-status");
      await status.waitFor();
      assert.match(await status.innerText(), /^App (in use|idle for)/);

      await desk.told({ why });
      const warning = page.locator(".Toastify__toast", { hasText: "This app will be stopped in" });
      await warning.waitFor();
      await picture(page, `warned-${theme.toLowerCase()}`);
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
      await picture(page, `kept-${theme.toLowerCase()}`);
      await warning.waitFor({ state: "detached" });

      await status.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      await picture(page, `why-${theme.toLowerCase()}`);
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
    await desk.told({ id: "stop-1", kind: "stopped" });
    const again = await account.launchApp("restarted");
    await desk.hears((heard) => heard.notice?.id === "stop-1");
    assert.match(
      await desk.file("STUDIO-APP-WAS-STOPPED.txt"),
      /^This app was stopped at 2026-11-26 02:36 UTC: idle for 52 min\./,
    );
    const page = await openLab(browser, desk, again);
    const told = page.locator(".Toastify__toast", { hasText: "This app was stopped at 2026-11-26 02:36 UTC" });
    await told.waitFor();
    await picture(page, "was-stopped");
    await page.reload();
    await page.locator(".studio-reaper-status").waitFor();
    await page.waitForTimeout(1000);
    assert.equal(await told.count(), 0);
    await page.close();
  });

  it("is no busier for a page that asks for the status", async () => {
    const { desk, address } = await Desk.open(studio, "open-page");
    const page = await openLab(browser, desk, address);
    await page.locator(".studio-reaper-status").waitFor();
    let asked = 0;
    page.on("response", (response) => (asked += Number(response.url().endsWith("/studio-reaper/static/status.json"))));
    await until(() => asked >= 2, "two polls", PATIENCE_MS / 1000);
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
    await desk.told({ why: hostile, ways: ["terminal", "file"] });
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
    await desk.told({});
    assert.match(await desk.file("STUDIO-APP-WILL-BE-STOPPED.txt"), /^This app will be stopped in 10 min/);
    await user.edit();
    await desk.isGone("STUDIO-APP-WILL-BE-STOPPED.txt");
  });
});
