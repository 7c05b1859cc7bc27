import { join } from "node:path";
import type { AppPython } from "./app-python.ts";
import type { Folders } from "./folders.ts";

type Command = (python: AppPython, folders: Folders, port: number) => string[];
/**
 * What serves in apps of one type: its name for people, under which path it answers, which page there says that it is
 * up, and which file in its runtime folder that it is this one: another app, of another Studio, may have been faster at
 * the port.
 */
export type Server = { title: string; basePath: string; readyPage: string; readyFile?: RegExp; command: Command };

const jupyterBase = "/jupyterlab/default";
const editorBase = "/codeeditor/default";

/** The longest path that a socket can have, less what a kernel adds to its folder. */
const longestRuntime = 103 - "/kernel-01234567-89ab-cdef-0123-456789abcdef-ipc-5".length;

/** Open on loopback, as behind Studio's own authentication. */
const jupyterCommand: Command = ({ executable, serverModule }, { home, runtime }, port) => {
  const settings = {
    ip: "127.0.0.1",
    port: String(port),
    port_retries: "0",
    base_url: jupyterBase,
    root_dir: home,
    token: "",
    password: "",
    open_browser: "False",
    allow_root: "True",
    disable_check_xsrf: "True",
  };
  const command = [
    executable,
    "-m",
    serverModule,
    ...Object.entries(settings).map(([name, value]) => `--ServerApp.${name}=${value}`),
  ];
  // A kernel's ports are chosen before it takes them. Apart from a container's, all apps' are the machine's here, and
  // two kernels that start at once now and then choose the same; sockets in folders have no such trouble.
  return runtime.length > longestRuntime ? command : [...command, "--KernelManager.transport=ipc"];
};

// Code Editor is not to be had outside of its images: a stand-in that behaves as far as idleness is concerned.
const editorCommand: Command = ({ executable }, _folders, port) => [
  executable,
  join(import.meta.dirname, "code_editor.py"),
  "sagemaker-code-editor",
  String(port),
  editorBase,
];

/** What serves in apps of a type, undefined where such apps have no process here. */
export function serverOf(appType: string): Server | undefined {
  switch (appType) {
    case "JupyterLab":
      return {
        title: "Jupyter server",
        basePath: jupyterBase,
        readyPage: "api/status",
        readyFile: /^jpserver-.*\.json$/,
        command: jupyterCommand,
      };
    case "CodeEditor":
      return { title: "Code Editor server", basePath: editorBase, readyPage: "", command: editorCommand };
    default:
      return undefined;
  }
}
