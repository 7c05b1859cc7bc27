import type { Browser } from "../browser/chromium.ts";
import { everySoOften, pause } from "../demo/situations.ts";

/** An app of its own for somebody, and what they do there is told. */
export type Scene = {
  /** The app's address, with its slash at the end. */
  readonly url: string;
  readonly browser: Browser;
  readonly timeoutSeconds: number;
  /** Aborts when the app is stopped or the soak is over. */
  readonly over: AbortSignal;
  /** Tells that somebody has done something; `at` where it counts as older than it is, in epoch milliseconds. */
  readonly did: (what: string, at?: number) => void;
};

/** What goes on in an app, and what must become of it. */
export type SoakApp = {
  readonly name: string;
  readonly story: string;
  readonly must: "stop" | "stay";
  readonly appType: "JupyterLab" | "CodeEditor";
  /** Whether JupyterLab's page is needed, and not only the server. */
  readonly needsLab?: true;
  readonly act: (scene: Scene) => Promise<void>;
};

/** Part of the timeout within which somebody at work does something again, where their minutes are not shorter. */
const PART_OF_TIMEOUT = 0.5;

/** Does something every so many minutes for as long as the scene lasts, with a shorter timeout more often. */
export async function everyMinutes(minutes: number, scene: Scene, act: () => unknown): Promise<void> {
  const seconds = Math.min(minutes * 60, PART_OF_TIMEOUT * scene.timeoutSeconds);
  await everySoOften(seconds * 1000, scene.over, act);
}

/** Does something again and again with pauses of this part of the timeout. */
export async function everyPart(part: number, scene: Scene, act: () => unknown): Promise<void> {
  await everySoOften(part * scene.timeoutSeconds * 1000, scene.over, act);
}

/** Does something three times within a quarter of the timeout, at most five minutes, and leaves. */
export async function forAWhile({ timeoutSeconds, over }: Scene, act: () => unknown): Promise<void> {
  const seconds = Math.min(timeoutSeconds / 4, 300);
  for (let times = 0; times < 3 && !over.aborted; times++) {
    if (times > 0) await pause((seconds / 2) * 1000, over);
    await act();
  }
}
