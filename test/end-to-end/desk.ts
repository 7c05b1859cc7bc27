import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import * as v from "valibot";
import { Account } from "../account/account.ts";
import type { Browser } from "../browser/chromium.ts";
import { until } from "../lcc/stand-ins.ts";
import type { EmbeddedStudio } from "../studio/index.ts";

/** How long an app, its agent and a page may take on a busy machine. */
const PATIENCE_SECONDS = 90;
/** Where pictures go, for somebody to look at; none are taken unless it is set. */
export const PICTURES = process.env["PICTURES"];

const Seconds = v.pipe(v.number(), v.integer());
const Heartbeat = v.looseObject({
  idle: v.record(v.string(), v.nullable(Seconds)),
  notice: v.optional(v.strictObject({ id: v.string(), for: Seconds })),
  keepAlive: v.optional(v.strictObject({ for: Seconds, since: Seconds, while: v.optional(v.string()) })),
});
type Heard = v.InferOutput<typeof Heartbeat>;

/** An app that was started, and where its user finds it. */
export type Opened = { readonly desk: Desk; readonly address: string };

/** One app and the person at it. */
export class Desk {
  readonly account: Account;
  readonly space: string;
  readonly #studio: EmbeddedStudio;

  private constructor(studio: EmbeddedStudio, space: string, account: Account) {
    [this.#studio, this.space, this.account] = [studio, space, account];
  }

  /** Starts the app of a new space, and waits until its agent has been heard. */
  static async open(studio: EmbeddedStudio, space: string, account = new Account(studio)): Promise<Opened> {
    await account.createSpace(space);
    const address = await account.launchApp(space);
    const desk = new Desk(studio, space, account);
    await desk.hears(({ idle }) => typeof idle["terminals"] === "number");
    return { desk, address };
  }

  get home(): string {
    return this.#studio.app(this.space)?.home ?? "";
  }

  async hears(says: (heartbeat: Heard) => boolean): Promise<Heard> {
    return until(
      async () => {
        const text = await this.account.parameter(this.account.heartbeatName(this.space));
        const heard = text === undefined ? undefined : v.parse(Heartbeat, JSON.parse(text));
        return heard && says(heard) && heard;
      },
      `a heartbeat of ${this.space}`,
      PATIENCE_SECONDS,
    );
  }

  /** The text of a file in the home, once it is there. */
  async file(name: string): Promise<string> {
    const read = () => readFile(join(this.home, name), "utf8").catch(() => undefined);
    return until(read, name, PATIENCE_SECONDS);
  }

  async isGone(name: string): Promise<void> {
    const gone = () =>
      readFile(join(this.home, name)).then(
        () => false,
        () => true,
      );
    await until(gone, `the end of ${name}`, PATIENCE_SECONDS);
  }
}

/** Sets what JupyterLab looks like, and keeps it from asking the network for news. */
export async function setTheme({ home }: Desk, theme: "Light" | "Dark"): Promise<void> {
  const settings = join(home, ".jupyter/lab/user-settings/@jupyterlab/apputils-extension");
  await mkdir(settings, { recursive: true });
  await writeFile(
    join(settings, "notification.jupyterlab-settings"),
    '{"fetchNews": "false", "checkForUpdates": false}',
  );
  await writeFile(join(settings, "themes.jupyterlab-settings"), JSON.stringify({ theme: `JupyterLab ${theme}` }));
}

/** Opens JupyterLab in a tab of its own. */
export async function openLab(
  browser: Browser,
  { desk, address }: Opened,
  theme: "Light" | "Dark" = "Light",
): Promise<Page> {
  await setTheme(desk, theme);
  const page = await browser.newTab();
  await page.setViewportSize({ width: 1100, height: 640 });
  await page.goto(`${address}lab`);
  return page;
}

/** Takes a picture of what a page shows, where pictures are wanted. */
export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.waitForTimeout(700); // what slides in has arrived
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
