import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import type { TerminalTab } from "./jupyter.ts";

const PATIENCE_MS = 90_000;

const Opened = v.object({ id: v.string() });
const Shown = v.object({ shown: v.string() });
const Idle = v.object({ lastActiveTimestamp: v.string() });

/** A person at an embedded Code Editor app. */
export class CodeEditorUser {
  readonly #base: string;

  /** `baseUrl` as `CreatePresignedDomainUrl` gives it, with its slash at the end. */
  constructor(baseUrl: string) {
    this.#base = baseUrl;
  }

  /** Does something in the editor. */
  async edit(): Promise<void> {
    await this.#request("POST", "edit");
  }

  /** Opens a terminal. What is typed into one that is gone is lost. */
  async openTerminal(): Promise<Omit<TerminalTab, "resize">> {
    const { id } = v.parse(Opened, await this.#request("POST", "terminal"));
    let typed: Promise<unknown> = Promise.resolve();
    return {
      name: id,
      type: (text) => {
        typed = typed.then(() => this.type(id, text)).catch(() => undefined);
      },
      shows: (text) => this.#untilShown(id, text),
      close: () => undefined, // a hidden panel
    };
  }

  /** Types into a terminal, by its name; rejects where it is gone. */
  async type(terminal: string, text: string): Promise<void> {
    await this.#request("POST", `terminal/${terminal}`, text);
  }

  /** Ends a terminal with its shell. */
  async closeTerminal(terminal: string): Promise<void> {
    await this.#request("DELETE", `terminal/${terminal}`);
  }

  /** Has an extension start a shell command: a child of the server. */
  async startUnderServer(command: string): Promise<void> {
    await this.#request("POST", "extension", command);
  }

  /** When the editor says that it was last used. */
  async lastActive(): Promise<string> {
    return v.parse(Idle, await this.#request("GET", "api/idle")).lastActiveTimestamp;
  }

  async #untilShown(terminal: string, text: string): Promise<void> {
    for (let waited = 0; waited < PATIENCE_MS; waited += 100) {
      const { shown } = v.parse(Shown, await this.#request("GET", `terminal/${terminal}`));
      if (shown.includes(text)) return;
      await sleep(100);
    }
    throw new Error(`the terminal did not show ${text} within ${PATIENCE_MS / 1000} s`);
  }

  async #request(method: string, page: string, body?: string): Promise<unknown> {
    const response = await fetch(this.#base + page, { method, ...(body !== undefined && { body }) });
    if (!response.ok) throw new Error(`${method} ${page}: ${response.status}`);
    return response.json();
  }
}
