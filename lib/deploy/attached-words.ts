import { listed } from "../attach/listed.ts";
import type { AttachOutcome } from "../attach/outcome.ts";

type Names = AttachOutcome["attached"];

/** What the last run of `attach` left behind; `undefined` where it has not said anything yet. */
export function attachedWords(outcome: AttachOutcome | undefined): readonly string[] {
  if (outcome === undefined) return ["Attached: unknown yet; the log of the attach function says what it did"];
  const { attached, leftAlone, failures, idleShutdowns, waiting } = outcome;
  return [
    attached.count === 0
      ? "Attached: nothing. Domains are looked for every hour"
      : `Attached: ${listed(attached.first, attached.count)}. What is new is attached within the hour`,
    ...lineFor(leftAlone, (names) => `Left alone: ${names}; the README says what to do, under "What is attached"`),
    ...lineFor(failures, (names) => `Failed, and tried again every hour: ${names}`),
    ...lineFor(idleShutdowns, (names) => `SageMaker's own idle shutdown is on, too, and stops apps unasked: ${names}`),
    ...waitingLine(waiting),
  ];
}

/** What a removal left behind; nothing where it undid all. */
export function leftBehindWords(outcome: AttachOutcome | undefined): readonly string[] {
  if (outcome === undefined) return [];
  return [
    ...lineFor(outcome.leftAlone, (names) => `Left in place: ${names}; the README says why, under "Remove"`),
    ...lineFor(outcome.failures, (names) => `Could not be undone: ${names}`),
  ];
}

function waitingLine(waiting: AttachOutcome["waiting"]): readonly string[] {
  if (waiting === undefined || waiting.apps === 0) return [];
  const { apps, of, at } = waiting;
  const when = `${at.slice(0, 10)} at ${at.slice(11, 16)} UTC`;
  return [`On ${when}, ${apps} of the ${of} running apps had no agent yet: they report after their next start`];
}

const lineFor = (names: Names, say: (names: string) => string): readonly string[] =>
  names.count === 0 ? [] : [say(listed(names.first, names.count))];
