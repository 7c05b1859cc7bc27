import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import pLimit from "p-limit";
import type { Locator, Page } from "playwright-core";
import { Account } from "../account/account.ts";
import { type Browser, NotebookTab, startBrowser } from "../browser/chromium.ts";
import { CodeEditorUser } from "../browser/code-editor.ts";
import { JupyterUser, type TerminalTab } from "../browser/jupyter.ts";
import { until } from "../lcc/stand-ins.ts";
import { oldServerPython, studioPython } from "../studio/python.ts";
import { Desk, openLab, picture, PICTURES, setTheme, type Opened } from "./desk.ts";
import { withEvidence } from "./evidence.ts";
import { Schedule, setStage, type Sighting, type Stage } from "./stage.ts";

/** After how many seconds an app is idle here, and how many before that its user is warned. */
const [TIMEOUT, WARNING] = [100, 50];
/** What a full machine may take longer. */
const PATIENCE = 120;
const SWEEP_EVERY_MS = 1000;
/** A start and the first page take a core for seconds each. */
const AT_ONCE = 2;

const NOTEBOOK = "forecast.ipynb";
const CODE = "from statistics import fmean\n\nvisitors = [1210, 1187, 1302, 1419, 1377, 1502]\nfmean(visitors)";
const RESULT = "1332.8";

const isWarned = ({ reason }: Sighting) => reason === "warned";
const isKeptAlive = ({ reason }: Sighting) => reason === "kept-alive";
const isStopped = ({ outcome }: Sighting) => outcome === "stopped";
/** What JupyterLab has popped up. */
const toast = (page: Page, text: string): Locator => page.locator(".Toastify__toast", { hasText: text });
const statusOf = (page: Page): Locator => page.locator(".studio-reaper-status");

/** The handler sweeps on a schedule, the agents are real, and so are the pages: nobody plays the sweep's part here. */
describe("under a real sweep, the person at an app", { concurrency: true }, () => {
  const started = new AsyncDisposableStack();
  const inTurn = pLimit(AT_ONCE);
  let stage: Stage;
  let browser: Browser;
  let schedule: Schedule;

  before(async () => {
    const [current, old] = [await studioPython(), await oldServerPython()];
    const python = (space: string) => (space.startsWith("old-") ? old : current);
    stage = started.use(await setStage({ instances: "jupyter", python }));
    browser = started.use(await startBrowser());
    await stage.account.putPolicy({
      version: 1,
      mode: "live",
      agent: { sampleSeconds: 1 },
      defaults: { idleTimeInSeconds: TIMEOUT, warnBefore: WARNING },
      rules: [{ name: "no pop-ups", match: { space: "switched-off" }, set: { notifyIn: ["terminal", "file"] } }],
    });
    await stage.sweep(); // leaves the agents their instructions
    schedule = new Schedule(stage, SWEEP_EVERY_MS);
    started.defer(() => schedule.end());
  });
  after(() => started.disposeAsync());

  /** A test of one app, whose failure says what the sweeps and the agent had to say. */
  function itHappens(title: string, space: string, test: (account: Account) => Promise<void>): void {
    it(title, async () => {
      try {
        await test(new Account(stage.studio, { appType: space.endsWith("code-editor") ? "CodeEditor" : "JupyterLab" }));
      } catch (error) {
        throw await withEvidence(error, schedule.of(space), stage.studio.app(space)?.logFile);
      }
    });
  }

  const open = (account: Account, space: string) => inTurn(() => Desk.open(stage.studio, space, account));
  const isTold = async ({ account, space }: Desk) => (await account.parameter(account.noticeName(space))) !== undefined;
  const untilUntold = (desk: Desk) =>
    until(async () => !(await isTold(desk)), `the end of ${desk.space}'s notice`, PATIENCE);

  /** Holds that the app outlives its timeout, and the time at which it was to be stopped. */
  async function outlives({ account, space }: Desk, wishedAt: number): Promise<void> {
    await schedule.until(space, isKeptAlive, TIMEOUT + PATIENCE, wishedAt + TIMEOUT * 1000);
    assert.equal((await account.describeApp(space)).Status, "InService");
    assert.ok(schedule.of(space).every(({ outcome }) => outcome === "kept"));
  }

  /** Opens a notebook, runs its cell, saves it, and leaves it open. */
  async function leaveNotebook({ desk, address }: Opened, theme: "Light" | "Dark"): Promise<Page> {
    await setTheme(desk, theme);
    await new JupyterUser(address).saveNotebook(NOTEBOOK, CODE);
    const tab = await openNotebook(address);
    await tab.runFirstCell(RESULT);
    return tab.page;
  }

  async function openNotebook(address: string): Promise<NotebookTab> {
    const tab = await NotebookTab.open(browser, address, NOTEBOOK);
    await tab.page.setViewportSize({ width: 1000, height: 520 });
    return tab;
  }

  for (const theme of PICTURES === undefined ? (["Light"] as const) : (["Light", "Dark"] as const)) {
    const space = `kept-${theme.toLowerCase()}`;
    itHappens(
      `is warned in JupyterLab, keeps the app by a click, and sees until when (${theme})`,
      space,
      async (account) => {
        const opened = await open(account, space);
        const page = await inTurn(() => leaveNotebook(opened, theme));
        const warning = toast(page, "This app will be stopped in");
        const { user, idleSeconds } = await schedule.until(space, isWarned, TIMEOUT + PATIENCE);
        assert.equal(user, stage.studio.userProfileName);
        assert.ok((idleSeconds ?? 0) >= TIMEOUT - WARNING);
        await warning.waitFor();
        await picture(page, `warned-${theme.toLowerCase()}`);
        await warning.getByRole("button", { name: "Keep for 8 h" }).click();
        const clickedAt = Date.now();

        const { eligibleAt } = await schedule.until(space, isKeptAlive, PATIENCE, clickedAt);
        const status = statusOf(page).filter({ hasText: "App kept until" });
        await status.waitFor();
        const untilMs = Date.parse(eligibleAt ?? "");
        assert.ok(Math.abs(untilMs - clickedAt - 8 * 3600 * 1000) < 60_000, eligibleAt ?? "");
        // Its minute is rounded by another clock than ours.
        const minutes = [-60_000, 0, 60_000].map((by) => untilMs + by);
        const times = await page.evaluate(
          (instants) =>
            instants.map((at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })),
          minutes,
        );
        const shown = await status.innerText();
        assert.ok(
          times.some((time) => shown.endsWith(time)),
          `${shown}, not ${times.join()}`,
        );
        await toast(page, "This app is kept until").waitFor();
        await warning.waitFor({ state: "detached" });
        await picture(page, `kept-${theme.toLowerCase()}`);
        await status.click();
        await page.getByRole("dialog").waitFor();
        await picture(page, `why-${theme.toLowerCase()}`);

        await untilUntold(opened.desk);
        await outlives(opened.desk, clickedAt);
        await page.close();
      },
    );
  }

  /** When its app was stopped, in epoch milliseconds; holds that its user was warned for long enough before. */
  async function stopOf({ account, space }: Desk): Promise<number> {
    await schedule.until(space, isWarned, TIMEOUT + PATIENCE);
    const { reason, idleSeconds } = await schedule.until(space, isStopped, TIMEOUT + PATIENCE);
    assert.equal(reason, "idle");
    assert.ok((idleSeconds ?? 0) >= TIMEOUT);
    const timeOf = (name: string, field: string, value: string) =>
      stage.studio.calls.find(({ operation, input }) => operation === name && input[field] === value)?.at ?? NaN;
    const warnedAt = timeOf("PutParameter", "Name", account.noticeName(space));
    const stoppedAt = timeOf("DeleteApp", "SpaceName", space);
    assert.ok(stoppedAt - warnedAt >= WARNING * 1000, `warned ${(stoppedAt - warnedAt) / 1000} s before`);
    await account.settled(space);
    return stoppedAt;
  }

  /** Holds that a file and each terminal say when the app was stopped, and why, until the sweep has heard of that. */
  async function isToldOfStop(desk: Desk, address: string, stoppedAt: number): Promise<void> {
    const note = await desk.file("STUDIO-APP-WAS-STOPPED.txt");
    const [, toldAt = ""] = /^This app was stopped at (\S+ \S+) UTC: idle for \d/.exec(note) ?? [];
    assert.ok(Math.abs(Date.parse(`${toldAt}Z`) - stoppedAt) < 120_000, note);
    const terminal = await terminalAt(desk.space, address);
    await terminal.shows("[Studio Reaper] This app was stopped at");
    terminal.close();
    await untilUntold(desk);
  }

  itHappens("who leaves for long is told at the next start why the app was stopped", "left-alone", async (account) => {
    const opened = await open(account, "left-alone");
    const page = await inTurn(() => leaveNotebook(opened, "Light"));
    await page.close();
    const stoppedAt = await stopOf(opened.desk);
    const address = await inTurn(() => account.launchApp("left-alone"));
    const again = await inTurn(() => openNotebook(address));
    await toast(again.page, "This app was stopped at").waitFor();
    await picture(again.page, "stopped-light");
    await again.page.close();
    await isToldOfStop(opened.desk, address, stoppedAt);
  });

  const inCodeEditor = "left-alone-in-code-editor";
  itHappens("who leaves Code Editor for long is told likewise, but for JupyterLab", inCodeEditor, async (account) => {
    const { desk } = await open(account, inCodeEditor);
    const stoppedAt = await stopOf(desk);
    await isToldOfStop(desk, await inTurn(() => account.launchApp(inCodeEditor)), stoppedAt);
  });

  for (const [title, space] of [
    ["for whom JupyterLab is switched off", "switched-off"],
    ["on a server of JupyterLab 4.2, without the extension,", "old-server"],
    ["in Code Editor", "code-editor"],
  ] as const)
    itHappens(
      `${title} is warned in the terminal and by a file, and keeps the app by a command`,
      space,
      async (account) => {
        const opened = await open(account, space);
        const { desk, address } = opened;
        const page = space === "switched-off" ? await inTurn(() => openLab(browser, opened)) : undefined;
        await page?.setViewportSize({ width: 1000, height: 400 });
        const terminal = page ? await terminalIn(page, address) : await terminalAt(space, address);
        // A login shell has a PATH of its own; in AWS's images it has the folder of the command's link.
        const link = join(stage.studio.app(space)?.folder ?? "", "bin");
        terminal.type(`PS1='$ '; PATH="${link}:$PATH"; clear\r`);
        const line = await schedule.until(space, isWarned, TIMEOUT + PATIENCE);
        assert.equal(line.rule, space === "switched-off" ? "no pop-ups" : "defaults");
        await terminal.shows("[Studio Reaper] This app will be stopped in");
        const note = await desk.file("STUDIO-APP-WILL-BE-STOPPED.txt");
        const [, command = ""] = /so does: (.*) 8h\n/.exec(note) ?? [];
        assert.match(command, /keep-alive$/);
        if (page) {
          await statusOf(page).filter({ hasText: "App stops in" }).waitFor();
          assert.equal(await toast(page, "will be stopped").count(), 0);
        }
        terminal.type(`${page ? "keep-alive" : command} 8h\r`);
        await terminal.shows("This app is kept for");
        const typedAt = Date.now();
        if (page) {
          await statusOf(page).filter({ hasText: "App kept until" }).waitFor();
          await picture(page, "terminal");
        }
        const { detail } = await schedule.until(space, isKeptAlive, PATIENCE, typedAt);
        assert.match(detail, /^kept until .* by its user$/);
        await desk.isGone("STUDIO-APP-WILL-BE-STOPPED.txt");
        await untilUntold(desk);
        await outlives(desk, typedAt);
        terminal.close();
        await page?.close();
      },
    );
});

type Terminal = Omit<TerminalTab, "resize">;

function terminalAt(space: string, address: string): Promise<Terminal> {
  const user = space.endsWith("code-editor") ? new CodeEditorUser(address) : new JupyterUser(address);
  return user.openTerminal();
}

/** Opens a terminal in JupyterLab itself, for what a page shows of it, and one more tab on it, to read and to type. */
async function terminalIn(page: Page, address: string): Promise<Terminal> {
  const opening = page.waitForResponse(
    (response) => response.request().method() === "POST" && /\/api\/terminals(\?|$)/.test(response.url()),
  );
  await page.locator(".jp-LauncherCard", { hasText: "Terminal" }).click();
  const opened: unknown = await (await opening).json();
  assert.ok(typeof opened === "object" && opened !== null && "name" in opened);
  return new JupyterUser(address).reconnectTerminal(String(opened.name));
}
