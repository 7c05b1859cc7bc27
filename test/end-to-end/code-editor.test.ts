import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Account } from "../account/account.ts";
import { CodeEditorUser } from "../browser/code-editor.ts";
import { Schedule, setStage, untilHeartbeat, type Stage } from "./stage.ts";

const TIMEOUT = 20;
const SOON = 45;

type Situation = {
  readonly name: string;
  /** The reason for which the app stays; one without stops. */
  readonly stays?: RegExp;
  /** Acts the situation out; answers when its last activity was, where there was any since the app's start. */
  readonly act: (user: CodeEditorUser, over: AbortSignal) => Promise<number | undefined>;
};

const again = async (over: AbortSignal, act: () => Promise<void>) => {
  while (!over.aborted) {
    await act();
    await sleep(4000, undefined, { signal: over }).catch(() => undefined);
  }
};

/** The system moves a terminal's times once in eight seconds. */
const typedNow = () => Date.now() - 8000;

const SITUATIONS: readonly Situation[] = [
  { name: "nobody since its start", act: () => Promise.resolve(undefined) },
  {
    name: "somebody who edits",
    stays: /recently-active/,
    act: (user, over) => {
      void again(over, () => user.edit());
      return Promise.resolve(0);
    },
  },
  {
    name: "somebody who edited for a while, counted from the last time",
    act: async (user) => {
      await sleep(5000);
      await user.edit();
      return Date.now() - 1000;
    },
  },
  {
    name: "somebody who types in a terminal",
    stays: /recently-active|terminal-job/,
    act: async (user, over) => {
      const terminal = await user.openTerminal();
      void again(over, () => user.type(terminal, "ls\r"));
      return 0;
    },
  },
  {
    name: "a silent job in a terminal",
    stays: /terminal-job/,
    act: async (user) => {
      await user.type(await user.openTerminal(), "sleep 3600\r");
      return 0;
    },
  },
  {
    name: "a pager left open in a terminal",
    act: async (user) => {
      await user.type(await user.openTerminal(), "seq 9999 | more\r");
      return typedNow();
    },
  },
];

describe("in a Code Editor app with", { concurrency: true }, () => {
  let stage: Stage;
  let schedule: Schedule;
  before(async () => {
    const jupyter = await setStage({ instances: "jupyter" });
    stage = { ...jupyter, account: new Account(jupyter.studio, "CodeEditor"), [Symbol.asyncDispose]: () => jupyter.studio.close() };
    await stage.account.putPolicy({ version: 1, mode: "live", agent: { sampleSeconds: 1 }, defaults: { idleTimeInSeconds: TIMEOUT } });
    await stage.sweep();
    schedule = new Schedule(stage, 2000);
  });
  after(async () => {
    await schedule.end();
    await stage.studio.close();
  });

  SITUATIONS.forEach(({ name, stays, act }, i) => {
    it(`${name}: ${stays ? "stays" : "stops, and not early"}`, async () => {
      const { account } = stage;
      const space = `editor-${i}`;
      const over = new AbortController();
      await account.createSpace(space);
      const user = new CodeEditorUser(await account.launchApp(space));
      await untilHeartbeat(account, space, ({ up }) => up >= 0);
      const started = (await account.describeApp(space)).CreationTime?.getTime() ?? NaN;
      const lastActivity = (await act(user, over.signal)) ?? started;
      try {
        if (stays) {
          await schedule.until(space, ({ reason }) => stays.test(reason), SOON);
          await sleep(3 * TIMEOUT * 1000);
          assert.equal((await account.describeApp(space)).Status, "InService", JSON.stringify(schedule.of(space).at(-1)));
        } else {
          const { at, reason } = await schedule.until(space, ({ outcome }) => outcome === "stopped", TIMEOUT + SOON);
          assert.equal(reason, "idle");
          assert.ok(at - lastActivity >= TIMEOUT * 1000, `stopped ${(at - lastActivity) / 1000} s after its last activity`);
        }
      } finally {
        over.abort();
      }
    });
  });
});
