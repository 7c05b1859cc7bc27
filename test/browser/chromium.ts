import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Locator, type Page, type Response } from "playwright-core";

/** How long a page may take on a busy machine. */
const PATIENCE_MS = 120_000;

/** A real browser without a window, which tabs are opened in. */
export type Browser = AsyncDisposable & { readonly newTab: () => Promise<Page> };

/** Starts Chromium, which npm brings along; the signals that end this process are left to it. */
export async function startBrowser(): Promise<Browser> {
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ["--no-sandbox", "--disable-gpu"],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  return {
    async newTab() {
      const context = await browser.newContext();
      context.setDefaultTimeout(PATIENCE_MS);
      return context.newPage();
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

const IDLE_KERNEL = '.jp-Notebook-ExecutionIndicator[data-status="idle"]';

/** A notebook open in JupyterLab, in a real browser. */
export class NotebookTab {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /**
   * Opens a notebook that is there, and waits until the page has a kernel for it. `baseUrl` as
   * `CreatePresignedDomainUrl` gives it, with its slash at the end.
   */
  static async open(browser: Browser, baseUrl: string, path: string): Promise<NotebookTab> {
    const page = await browser.newTab();
    // The page calls its kernel idle before it has one.
    await Promise.all([page.waitForResponse(isNewSession), page.goto(`${baseUrl}lab/tree/${path}`)]);
    await page.locator(IDLE_KERNEL).first().waitFor();
    return new NotebookTab(page);
  }

  /** Writes into the first cell, runs it, waits for what it shows and for its end, and saves. */
  async work(): Promise<void> {
    const stamp = `done at ${Date.now()}`;
    await this.#firstCell().click();
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.type(`print("${stamp}")`);
    await this.runFirstCell(stamp);
  }

  /** Runs the first cell as it is, waits for what it shows and for its end, and saves. */
  async runFirstCell(shown: string): Promise<void> {
    await this.#firstCell().click();
    await this.page.keyboard.press("Control+Enter");
    await this.page.locator(".jp-OutputArea-output", { hasText: shown }).first().waitFor();
    // The end of a cell changes the notebook: what is saved before it, the page saves again by itself two minutes
    // later.
    await this.page
      .locator(".jp-InputArea-prompt", { hasText: /\[\d+\]/ })
      .first()
      .waitFor();
    await this.page.locator(IDLE_KERNEL).first().waitFor();
    await Promise.all([this.page.waitForResponse(isSave), this.page.keyboard.press("ControlOrMeta+S")]);
  }

  #firstCell(): Locator {
    return this.page.locator(".jp-Notebook .jp-Cell .cm-content").first();
  }
}

const isNewSession = (response: Response): boolean =>
  response.request().method() === "POST" && response.url().includes("/api/sessions");

const isSave = (response: Response): boolean =>
  response.request().method() === "PUT" && response.url().includes("/api/contents/");
