import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Account } from "../account/account.ts";
import { untilHeartbeat } from "../account/heartbeat.ts";
import { CodeEditorUser } from "../browser/code-editor.ts";
import { judge, keepDoing, TIMEOUT, typedNow, type Expectation } from "./gauntlet.ts";
import { Schedule, setStage, type Stage } from "./stage.ts";

type Situation = Expectation & {
  readonly name: string;
  /** Acts the situation out; answers when its last activity was, where there was any since the app's start. */
  readonly act: (user: CodeEditorUser, over: AbortSignal) => Promise<number | undefined>;
};

const SITUATIONS: readonly Situation[] = [
  { name: "nobody since its start", must: "stop", act: () => Promise.resolve(undefined) },
  {
    name: "somebody who edits",
    must: "stay",
    because: /recently-active/,
    act: (user, over) => {
      keepDoing({ over }, 4000, () => user.edit());
      return Promise.resolve(undefined);
    },
  },
  {
    name: "somebody who edited for a while, counted from the last time",
    must: "stop",
    act: async (user) => {
      await sleep(5000);
      await user.edit();
      return Date.now() - 1000;
    },
  },
  {
    name: "somebody who types in a terminal",
    must: "stay",
    because: /recently-active|terminal-job/,
    act: async (user, over) => {
      const terminal = await user.openTerminal();
      keepDoing({ over }, 4000, () => user.type(terminal, "ls\r"));
      return undefined;
    },
  },
  {
    name: "a silent job in a terminal",
    must: "stay",
    because: /terminal-job/,
    act: async (user) => {
      await user.type(await user.openTerminal(), "sleep 3600\r");
      return undefined;
    },
  },
  {
    name: "a pager left open in a terminal",
    must: "stop",
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
    stage = {
      ...jupyter,
      account: new Account(jupyter.studio, { appType: "CodeEditor" }),
      [Symbol.asyncDispose]: () => jupyter.studio.close(),
    };
    await stage.account.putPolicy({
      version: 1,
      mode: "live",
      agent: { sampleSeconds: 1 },
      defaults: { idleTimeInSeconds: TIMEOUT },
    });
    await stage.sweep();
    schedule = new Schedule(stage, 2000);
  });
  after(async () => {
    await schedule.end();
    await stage.studio.close();
  });

  SITUATIONS.forEach(({ name, act, ...expected }, i) => {
    it(`${name}: ${expected.must === "stop" ? "stops, and not early" : "stays"}`, async () => {
      const { account } = stage;
      const space = `editor-${i}`;
      const over = new AbortController();
      try {
        await account.createSpace(space);
        const user = new CodeEditorUser(await account.launchApp(space));
        await untilHeartbeat(account, space, ({ up }) => up >= 0);
        const started = (await account.describeApp(space)).CreationTime?.getTime() ?? NaN;
        const lastActivity = (await act(user, over.signal)) ?? started;
        await judge(stage, schedule, space, expected, lastActivity);
      } finally {
        over.abort();
      }
    });
  });
});
