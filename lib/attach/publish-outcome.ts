import { attempt } from "./attempt.ts";
import type { Journal } from "./journal.ts";
import { formatLeftBehind, formatOutcome, parseOutcome, type Waiting } from "./outcome.ts";
import type { AttachPorts } from "./ports.ts";
import { countWaiting } from "./waiting-apps.ts";

type Ports = Pick<AttachPorts, "apps" | "outcome" | "time">;

/**
 * Stores what a run left behind, where that differs from what is stored. Apps are counted at a deploy only: listing
 * them takes from the quota that sweeps need, and the dashboard has the number of any other time.
 */
export async function publishOutcome(ports: Ports, journal: Journal, cause: "deploy" | "schedule"): Promise<void> {
  await attempt(journal, "the outcome for info", async () => {
    const stored = await ports.outcome.read();
    const waiting = cause === "deploy" ? await counted(ports, journal) : parseOutcome(stored ?? "")?.waiting;
    const text = formatOutcome(journal, waiting);
    if (text !== stored) await ports.outcome.write(text);
  });
}

/** Stores what a removal left behind, for the command that removes the stack to say. */
export async function publishLeftBehind({ outcome }: Pick<Ports, "outcome">, journal: Journal): Promise<void> {
  const text = formatLeftBehind(journal);
  await (text === undefined ? outcome.forget() : outcome.write(text));
}

async function counted(ports: Ports, journal: Journal): Promise<Waiting | undefined> {
  const domainIds = new Set(journal.attached.map((name) => name.split("/", 1)[0] ?? ""));
  const count = await attempt(journal, "the apps that run", () => countWaiting(ports, domainIds));
  return count.ok ? count.value : undefined;
}
