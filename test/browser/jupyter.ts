import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { openChannel, type Channel } from "./channel.ts";

const Kernel = v.object({
  id: v.string(),
  execution_state: v.nullable(v.string()),
  connections: v.number(),
  last_activity: v.string(),
});
const Session = v.object({ id: v.string(), path: v.string(), kernel: Kernel });
const Terminal = v.object({ name: v.string() });
const Message = v.object({
  channel: v.optional(v.string()),
  header: v.object({ msg_type: v.string() }),
  parent_header: v.object({ msg_id: v.optional(v.string()) }),
  content: v.looseObject({}),
});

export type KernelState = v.InferOutput<typeof Kernel>;

/** An open tab on a kernel. */
export type Notebook = {
  readonly kernelId: string;
  /** Runs a cell; resolves when it has ended, with what it printed. */
  run(code: string): Promise<string>;
  /** Starts a cell and does not wait for its end, but until the kernel says that it is at it. */
  start(code: string): Promise<void>;
  /**
   * Asks the kernel's debugger for its state, on the side of whatever runs, as a page does that is loaded again;
   * resolves with its answer.
   */
  askDebugger(): Promise<void>;
  /** Asks the kernel what it uses, on the side of whatever runs, as the usage sidebar does every five seconds. */
  askUsage(): Promise<void>;
  /** Asks the kernel for its history, as a console does that is opened. */
  askHistory(): Promise<void>;
  close(): void;
};

/** An open tab on a terminal. */
export type TerminalTab = {
  readonly name: string;
  /** Types as a person does; a line needs its `\r`. */
  type(text: string): void;
  /** What the tab tells its terminal when it is opened or its window changes size. */
  resize(rows: number, columns: number): void;
  /** Resolves once the terminal has shown this text. */
  shows(text: string): Promise<void>;
  close(): void;
};

/** A person at an app: does what a browser does, through Jupyter's REST and websocket interfaces. */
export class JupyterUser {
  readonly #base: string;

  /** `baseUrl` as `CreatePresignedDomainUrl` gives it, with its slash at the end. */
  constructor(baseUrl: string) {
    this.#base = baseUrl;
  }

  /** Opens a notebook: a session with a kernel, and a tab on it. */
  async openNotebook(path: string): Promise<Notebook> {
    const body = { path, name: path, type: "notebook", kernel: { name: "python3" } };
    const { kernel } = v.parse(Session, await this.#request("POST", "api/sessions", body));
    return this.openKernel(kernel.id);
  }

  /** Starts a kernel that no session knows of, as extensions and scripts do. */
  async startKernel(name = "python3"): Promise<KernelState> {
    return v.parse(Kernel, await this.#request("POST", "api/kernels", { name }));
  }

  async kernels(): Promise<KernelState[]> {
    return v.parse(v.array(Kernel), await this.#request("GET", "api/kernels?no_track_activity=1"));
  }

  async openKernel(kernelId: string): Promise<Notebook> {
    const session = randomUUID();
    const channel = await openChannel(`${this.#websocketBase()}api/kernels/${kernelId}/channels?session_id=${session}`);
    return notebookOn(channel, kernelId, session);
  }

  async shutDownKernel(kernelId: string): Promise<void> {
    await this.#request("DELETE", `api/kernels/${kernelId}`);
  }

  async restartKernel(kernelId: string): Promise<void> {
    await this.#request("POST", `api/kernels/${kernelId}/restart`);
  }

  /** Saves a notebook without running it. */
  async saveNotebook(path: string, source: string): Promise<void> {
    const cell = { cell_type: "code", execution_count: null, id: "a", metadata: {}, outputs: [], source };
    const kernelspec = { name: "python3", display_name: "Python 3 (ipykernel)", language: "python" };
    const content = { cells: [cell], metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
    await this.#request("PUT", `api/contents/${path}`, { type: "notebook", format: "json", content });
  }

  /** Saves a text file; its folder has to be there. */
  async saveText(path: string, content: string): Promise<void> {
    await this.#request("PUT", `api/contents/${path}`, { type: "file", format: "text", content });
  }

  /** Sends one piece of a file that is uploaded: the first is number 1, the last number -1. */
  async uploadChunk(path: string, chunk: number, bytes: Buffer): Promise<void> {
    const content = bytes.toString("base64");
    await this.#request("PUT", `api/contents/${path}`, { type: "file", format: "base64", chunk, content });
  }

  /** Lists a folder, as the file browser of an open tab does every ten seconds. */
  async listFolder(path = ""): Promise<void> {
    await this.#request("GET", `api/contents/${path}?content=1`);
  }

  /** What a tab that nobody looks at goes on asking, and what the server takes for activity. */
  async poll(): Promise<void> {
    for (const what of ["kernels", "sessions", "terminals", "status", "kernelspecs"])
      await this.#request("GET", `api/${what}`);
  }

  async openTerminal(): Promise<TerminalTab> {
    const { name } = v.parse(Terminal, await this.#request("POST", "api/terminals", {}));
    return this.reconnectTerminal(name);
  }

  /** Opens one more tab on a terminal, as a reload of the page does. */
  async reconnectTerminal(name: string): Promise<TerminalTab> {
    const channel = await openChannel(`${this.#websocketBase()}terminals/websocket/${name}`);
    return terminalOn(channel, name);
  }

  async closeTerminal(name: string): Promise<void> {
    await this.#request("DELETE", `api/terminals/${name}`);
  }

  /** Has an extension start a shell command: a child of the server. Only the gauntlet's servers have it. */
  async startUnderServer(command: string): Promise<void> {
    const response = await fetch(`${this.#base}shell-extension`, { method: "POST", body: command });
    if (!response.ok) throw new Error(`POST shell-extension: ${response.status}`);
  }

  #websocketBase(): string {
    return this.#base.replace(/^http/, "ws");
  }

  async #request(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.#base + path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}

function notebookOn(channel: Channel, kernelId: string, session: string): Notebook {
  const send = (on: "shell" | "control", type: string, content: object) => {
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      username: "user",
      session,
      date: new Date().toISOString(),
      version: "5.3",
    };
    channel.send({ header, parent_header: {}, metadata: {}, content, channel: on });
    return header.msg_id;
  };
  const execute = (code: string) =>
    send("shell", "execute_request", {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: true,
      stop_on_error: true,
    });
  const until = async (
    id: string,
    isLast: (type: string, content: Record<string, unknown>) => boolean,
  ): Promise<string> => {
    let printed = "";
    await channel.receive((received) => {
      const message = v.safeParse(Message, received);
      if (!message.success || message.output.parent_header.msg_id !== id) return false;
      const { header, content } = message.output;
      if (header.msg_type === "stream") printed += String(content["text"]);
      return isLast(header.msg_type, content);
    });
    return printed;
  };
  const says = (state: string) => (type: string, content: Record<string, unknown>) =>
    type === "status" && content["execution_state"] === state;
  return {
    kernelId,
    run: (code) => until(execute(code), says("idle")),
    start: (code) => until(execute(code), (type) => type === "execute_input").then(() => undefined),
    askDebugger: () =>
      until(
        send("control", "debug_request", { seq: 1, type: "request", command: "debugInfo", arguments: {} }),
        (type) => type === "debug_reply",
      ).then(() => undefined),
    askUsage: () => until(send("control", "usage_request", {}), (type) => type === "usage_reply").then(() => undefined),
    askHistory: () => {
      const content = { output: false, raw: true, hist_access_type: "tail", n: 100 };
      return until(send("shell", "history_request", content), (type) => type === "history_reply").then(() => undefined);
    },
    close: () => {
      channel.close();
    },
  };
}

function terminalOn(channel: Channel, name: string): TerminalTab {
  return {
    name,
    type: (text) => {
      channel.send(["stdin", text]);
    },
    resize: (rows, columns) => {
      channel.send(["set_size", rows, columns, rows * 16, columns * 8]);
    },
    async shows(text) {
      let seen = "";
      await channel.receive((received) => {
        if (Array.isArray(received) && received[0] === "stdout") seen += String(received[1]);
        return seen.includes(text);
      });
    },
    close: () => {
      channel.close();
    },
  };
}
