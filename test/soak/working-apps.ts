import { NotebookTab } from "../browser/chromium.ts";
import { CodeEditorUser } from "../browser/code-editor.ts";
import { JupyterUser } from "../browser/jupyter.ts";
import { everyMinutes, everyPart, type Scene, type SoakApp } from "./scene.ts";

const lab = (name: string, story: string, act: SoakApp["act"]): SoakApp => ({
  name,
  story,
  must: "stay",
  appType: "JupyterLab",
  act,
});

/** Apps with somebody at work in them. */
export const workingApps: readonly SoakApp[] = [
  lab("runs-cells", "runs a cell every few minutes", runCells),
  { ...lab("browser-at-work", "works in a real browser every few minutes", workInBrowser), needsLab: true },
  lab("types", "types in a terminal every few minutes", typeInTerminal),
  lab("saves-notebooks", "saves a notebook every few minutes, no kernel", saveNotebooks),
  { ...lab("edits", "edits in Code Editor every few minutes", edit), appType: "CodeEditor" },
  lab("comes-back", "comes back shortly before each stop", comeBack),
  lab("silent-training", "a silent cell, its tab closed", trainSilently),
  lab("saves-scripts", "saves a script every few minutes", saveScripts),
  { ...lab("editor-types", "types in Code Editor's terminal every few minutes", typeInEditor), appType: "CodeEditor" },
  lab("silent-job", "a silent job in a terminal, its tab closed", runSilentJob),
];

async function runCells(scene: Scene): Promise<void> {
  const user = new JupyterUser(scene.url);
  await everyMinutes(4, scene, async () => {
    const notebook = await user.openNotebook("analysis.ipynb");
    await notebook.run("sum(range(1_000_000))");
    notebook.close();
    scene.did("ran a cell");
  });
}

async function typeInTerminal(scene: Scene): Promise<void> {
  const terminal = await new JupyterUser(scene.url).openTerminal();
  await everyMinutes(5, scene, () => {
    terminal.type("ls\r");
    scene.did("typed in a terminal");
  });
  terminal.close();
}

async function saveNotebooks(scene: Scene): Promise<void> {
  const user = new JupyterUser(scene.url);
  let times = 0;
  await everyMinutes(6, scene, async () => {
    await user.saveNotebook("draft.ipynb", `# ${++times}`);
    scene.did("saved a notebook");
  });
}

async function workInBrowser(scene: Scene): Promise<void> {
  await new JupyterUser(scene.url).saveNotebook("analysis.ipynb", "");
  const tab = await NotebookTab.open(scene.browser, scene.url, "analysis.ipynb");
  await everyMinutes(5, scene, async () => {
    await tab.work();
    scene.did("ran a cell and saved in the browser");
  });
}

async function edit(scene: Scene): Promise<void> {
  const user = new CodeEditorUser(scene.url);
  await everyMinutes(4, scene, async () => {
    await user.edit();
    scene.did("edited in Code Editor");
  });
}

async function comeBack(scene: Scene): Promise<void> {
  const notebook = await new JupyterUser(scene.url).openNotebook("lunch.ipynb");
  await everyPart(0.8, scene, async () => {
    await notebook.run("2 + 2");
    scene.did("came back and ran a cell");
  });
  notebook.close();
}

async function trainSilently({ url, did }: Scene): Promise<void> {
  const notebook = await new JupyterUser(url).openNotebook("train.ipynb");
  await notebook.start("import time; time.sleep(100_000)");
  did("started a silent cell");
  notebook.close();
}

async function saveScripts(scene: Scene): Promise<void> {
  const user = new JupyterUser(scene.url);
  let times = 0;
  await everyMinutes(5, scene, async () => {
    await user.saveText("train.py", `print(${++times})\n`);
    scene.did("saved a script");
  });
}

async function typeInEditor(scene: Scene): Promise<void> {
  const user = new CodeEditorUser(scene.url);
  const { name } = await user.openTerminal();
  await everyMinutes(5, scene, async () => {
    await user.type(name, "ls\r");
    scene.did("typed in Code Editor's terminal");
  });
}

async function runSilentJob({ url, did }: Scene): Promise<void> {
  const terminal = await new JupyterUser(url).openTerminal();
  terminal.type("echo rea''dy\r");
  await terminal.shows("ready");
  terminal.type("sleep 100000\r");
  did("started a silent job");
  // The shell has to read it before its tab is gone.
  await terminal.shows("sleep 100000");
  terminal.close();
}
