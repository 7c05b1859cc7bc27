import { once } from "node:events";
import { connect } from "node:net";
import { NotebookTab } from "../browser/chromium.ts";
import { CodeEditorUser } from "../browser/code-editor.ts";
import { JupyterUser } from "../browser/jupyter.ts";
import { typedNow } from "../browser/typing.ts";
import { everySoOften } from "../demo/situations.ts";
import { forAWhile, type Scene, type SoakApp } from "./scene.ts";

/** How often an open tab or window asks its server for news. */
const POLL_MS = 10_000;

/** Imports whatever of the common libraries the app's Python has, and prints which. */
const IMPORTS = `
import importlib
def has(name):
    try:
        return bool(importlib.import_module(name))
    except ImportError:
        return False
common = "numpy pandas matplotlib.pyplot scipy sklearn ipywidgets boto3 yaml requests jedi psutil nbformat tornado"
print(*filter(has, common.split()))
`;

const lab = (name: string, story: string, act: SoakApp["act"]): SoakApp => ({
  name,
  story,
  must: "stop",
  appType: "JupyterLab",
  act,
});
const inBrowser = (app: SoakApp): SoakApp => ({ ...app, needsLab: true });
const editor = (name: string, story: string, act: SoakApp["act"]): SoakApp => ({
  ...lab(name, story, act),
  appType: "CodeEditor",
});

/** Apps that nobody uses, or no longer. */
export const idleApps: readonly SoakApp[] = [
  lab("never-used", "started, and forgotten", neverUsed),
  inBrowser(lab("browser-notebook", "a cell run and saved in a real browser, tab open", leaveNotebookOpen)),
  lab("one-kernel", "a kernel with libraries imported", idleKernels(1)),
  lab("shell", "a shell left open, its tab closed", leaveShell(["ls", "cd /tmp"])),
  editor("editor-window", "Code Editor, its window open", leaveWindowOpen),
  lab("eight-kernels", "eight kernels with libraries imported", idleKernels(8)),
  lab("open-tab", "a kernel; its tab is open and polls", leaveTabOpen),
  lab("worked-and-left", "worked on and off, then left", workAndLeave),
  inBrowser(lab("browser-launcher", "JupyterLab open in a real browser, nothing done", leaveLauncherOpen)),
  lab("two-kernels", "two kernels with libraries imported", idleKernels(2)),
  lab("python-prompt", "a Python prompt left open in a shell", leaveShell(["python3", "1 + 1"])),
  editor("editor-shell", "Code Editor, a shell left open", leaveEditorShell),
  lab("four-kernels", "four kernels with libraries imported", idleKernels(4)),
  lab("never-used-either", "started, and forgotten", neverUsed),
];

function neverUsed(): Promise<void> {
  return Promise.resolve();
}

function idleKernels(count: number): SoakApp["act"] {
  return async ({ url, did }) => {
    const user = new JupyterUser(url);
    for (let i = 1; i <= count; i++) {
      const notebook = await user.openNotebook(`report-${i}.ipynb`);
      const imported = await notebook.run(IMPORTS);
      notebook.close();
      did(`imported ${imported.trim()}`);
    }
  };
}

async function leaveTabOpen({ url, did, over }: Scene): Promise<void> {
  const user = new JupyterUser(url);
  const notebook = await user.openNotebook("report.ipynb");
  await notebook.run(IMPORTS);
  did("ran a cell");
  await everySoOften(POLL_MS, over, () => user.poll());
  notebook.close();
}

async function leaveNotebookOpen({ url, browser, did }: Scene): Promise<void> {
  await new JupyterUser(url).saveNotebook("report.ipynb", "");
  const tab = await NotebookTab.open(browser, url, "report.ipynb");
  await tab.work();
  did("ran a cell and saved in the browser");
}

async function leaveLauncherOpen({ url, browser, did }: Scene): Promise<void> {
  const page = await browser.newTab();
  await page.goto(`${url}lab`);
  await page.locator(".jp-Launcher").first().waitFor();
  did("opened JupyterLab in the browser");
}

function leaveShell(lines: readonly string[]): SoakApp["act"] {
  return async ({ url, did }) => {
    const terminal = await new JupyterUser(url).openTerminal();
    terminal.type("echo rea''dy\r");
    await terminal.shows("ready");
    for (const line of lines) terminal.type(`${line}\r`);
    terminal.type("\r");
    did("typed in a terminal", typedNow());
    terminal.close();
  };
}

async function workAndLeave(scene: Scene): Promise<void> {
  const notebook = await new JupyterUser(scene.url).openNotebook("report.ipynb");
  await forAWhile(scene, async () => {
    await notebook.run("sum(range(10))");
    scene.did("ran a cell");
  });
  notebook.close();
}

/** An open window keeps a connection to its server, and Studio asks for the editor's idle time. */
async function leaveWindowOpen({ url, did, over }: Scene): Promise<void> {
  const user = new CodeEditorUser(url);
  await user.edit();
  did("edited in Code Editor");
  const { hostname, port } = new URL(url);
  const connection = connect(Number(port), hostname);
  await once(connection, "connect");
  connection.on("error", () => undefined);
  await everySoOften(POLL_MS, over, () => user.lastActive());
  connection.destroy();
}

async function leaveEditorShell({ url, did }: Scene): Promise<void> {
  const user = new CodeEditorUser(url);
  const { name } = await user.openTerminal();
  await user.type(name, "ls\r");
  did("typed in Code Editor's terminal", typedNow());
}
