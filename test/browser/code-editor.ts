import * as v from "valibot";

const Opened = v.object({ id: v.string() });
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

  /** Opens a terminal, by whose id it is typed into. */
  async openTerminal(): Promise<string> {
    return v.parse(Opened, await this.#request("POST", "terminal")).id;
  }

  /** Types as a person does; a line needs its `\r`. */
  async type(terminal: string, text: string): Promise<void> {
    await this.#request("POST", `terminal/${terminal}`, text);
  }

  /** When the editor says that it was last used. */
  async lastActive(): Promise<string> {
    return v.parse(Idle, await this.#request("GET", "api/idle")).lastActiveTimestamp;
  }

  async #request(method: string, page: string, body?: string): Promise<unknown> {
    const response = await fetch(this.#base + page, { method, ...(body !== undefined && { body }) });
    if (!response.ok) throw new Error(`${method} ${page}: ${response.status}`);
    return response.json();
  }
}
