import { CodeEditorUser } from "../../browser/code-editor.ts";
import { JupyterUser } from "../../browser/jupyter.ts";
import { AWAITING } from "./awaiting.ts";
import { CODE_EDITOR } from "./code-editor.ts";
import { EDITING } from "./editing.ts";
import { GPUS } from "./gpus.ts";
import { HUNG } from "./hung.ts";
import { KERNELS } from "./kernels.ts";
import { LEFT_BEHIND } from "./left-behind.ts";
import { OPEN_SERVERS, PROXIED_SERVERS } from "./open-servers.ts";
import { PROCESSES } from "./processes.ts";
import { PROMPTS } from "./prompts.ts";
import { REMOTE_EDITORS } from "./remote-editors.ts";
import { SAVING } from "./saving.ts";
import { SERVERS } from "./servers.ts";
import type { Expectation, Line, Place, Situation } from "./situation.ts";
import { TERMINAL_TABS, TERMINALS } from "./terminals.ts";
import { UNDER_THE_SERVER } from "./under-the-server.ts";
import { UNLISTED_KERNELS } from "./unlisted-kernels.ts";

/** A situation on one line: what a test plays. */
export type Play = {
  readonly line: Line;
  readonly name: string;
  /** The space that it is played in. */
  readonly space: string;
  readonly expected: Expectation;
  readonly isInCrossSection: boolean;
  readonly set: Situation<never>["set"];
  /** Acts it out at the app of that address; answers when its last activity was, where it must stop. */
  readonly act: (place: Place, address: string) => Promise<unknown>;
};

/** What can go on in an app of any type. */
const ANYWHERE = [...TERMINALS, ...PROMPTS, ...LEFT_BEHIND, ...OPEN_SERVERS, ...UNDER_THE_SERVER, ...UNLISTED_KERNELS];
const JUPYTER = [
  ...KERNELS,
  ...AWAITING,
  ...ANYWHERE,
  ...TERMINAL_TABS,
  ...PROXIED_SERVERS,
  ...PROCESSES,
  ...EDITING,
  ...SAVING,
  ...REMOTE_EDITORS,
  ...HUNG,
  ...GPUS,
  ...SERVERS,
];

/** Every situation on every line that it can be played on. */
export const PLAYS: readonly Play[] = [
  ...playsOn("jupyter", JUPYTER, (address) => new JupyterUser(address)),
  ...playsOn("old-jupyter", JUPYTER, (address) => new JupyterUser(address)),
  ...playsOn("code-editor", [...CODE_EDITOR, ...ANYWHERE], (address) => new CodeEditorUser(address)),
];

function playsOn<User>(
  line: Line,
  situations: readonly Situation<User>[],
  userAt: (address: string) => User,
): readonly Play[] {
  return situations.map((situation, i) => ({
    line,
    name: situation.name,
    space: `${line}-${i}`,
    expected: situation,
    isInCrossSection: situation.crossSection?.includes(line) ?? false,
    set: situation.set,
    act: (place, address) => situation.act({ ...place, user: userAt(address) }),
  }));
}
