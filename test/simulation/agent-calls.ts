import type { Network } from "./network.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";

const MAX_TRIES = 3;
const WRITE_SECONDS = 20;
/** Until a fault that an agent noticed has passed, or what came late has arrived. */
const SETTLES_SECONDS = 60;

type Answer = Readonly<Record<string, unknown>>;

/** What an agent's calls go through, and what becomes of what it says. */
export type CallSurroundings = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly network: Network;
  readonly leaseSeconds: () => number;
  /** Told until when the agent may have been kept from saying what it should. */
  readonly onTrouble: (until: number) => void;
};

/** An agent's calls of Parameter Store: each is tried up to three times, within the time for a write. */
export class AgentCalls {
  readonly #around: CallSurroundings;

  constructor(around: CallSurroundings) {
    this.#around = around;
  }

  /** Goes on with the answer; with none where there is no such parameter, or where no try came through. */
  make(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    began: number,
    then: (answer: Answer | undefined) => void,
    tries = 1,
  ): void {
    const { timeline, random, network, leaseSeconds, onTrouble } = this.#around;
    const { seconds, answer, fault, settlesIn } = network.attempt("agents", operation, input);
    if (fault) onTrouble(timeline.now + settlesIn + SETTLES_SECONDS);
    timeline.at(timeline.now + seconds, () => {
      try {
        then(answer());
      } catch (error) {
        if (error instanceof Error && error.name === "ParameterNotFound") then(undefined);
        else if (tries >= MAX_TRIES || timeline.now - began > WRITE_SECONDS) {
          onTrouble(timeline.now + leaseSeconds());
          then(undefined);
        } else {
          onTrouble(timeline.now + SETTLES_SECONDS);
          timeline.at(timeline.now + random.fraction() * 2 ** (tries - 1), () => {
            this.make(operation, input, began, then, tries + 1);
          });
        }
      }
    });
  }
}
