import type { Account } from "../../account/account.ts";
import type { Stage } from "../stage.ts";

/** What serves an app: the current Jupyter server, the last one before 2.15, or Code Editor. */
export type Line = "jupyter" | "old-jupyter" | "code-editor";

/** An app of somebody's own, to act in until the scene is over. */
export type Place = {
  readonly stage: Stage;
  readonly account: Account;
  readonly space: string;
  /** The space's home folder, and the app's folder for temporary files. */
  readonly home: string;
  readonly temporary: string;
  /** The Python that is on the app's PATH. */
  readonly python: string;
  readonly over: AbortSignal;
};

/** Somebody at their app. */
export type Scene<User> = Place & { readonly user: User };

/** What must become of an app. */
export type Expectation =
  | { readonly must: "stop" }
  | {
      readonly must: "stay";
      /** The reasons for which it may be kept. */
      readonly because: RegExp;
    };

/**
 * What goes on in an app, acted out by its user. One that must stop answers when its last activity was, in epoch
 * milliseconds: no stop may come earlier than a timeout after that.
 */
export type Situation<User> = {
  readonly name: string;
  /** The lines that `npm test` plays it on, too; `npm run test:long` plays everything on every line. */
  readonly crossSection?: readonly Line[];
  /** What the policy sets for this app alone, beside the gauntlet's timeout. */
  readonly set?: Readonly<Record<string, unknown>>;
} & (
  | (Extract<Expectation, { must: "stop" }> & { readonly act: (scene: Scene<User>) => Promise<number> })
  | (Extract<Expectation, { must: "stay" }> & { readonly act: (scene: Scene<User>) => Promise<unknown> })
);
