import { type Options, simulate } from "./simulate.ts";
import type { AppStory, Story } from "./story.ts";
import type { Violation } from "./invariants.ts";

/** A story that breaks an invariant, as short as it could be made. */
export type ShortStory = { readonly story: Story; readonly violation: Violation };

const MAX_PLAYS = 300;

/** Leaves out of a story whatever it breaks the same invariant without. */
export async function shrink(story: Story, violation: Violation, options: Options = {}): Promise<ShortStory> {
  let shortest: ShortStory = { story, violation };
  let plays = 0;
  const take = async (shorter: Story): Promise<boolean> => {
    if (plays++ >= MAX_PLAYS) return false;
    const { violations } = await simulate(shorter, { ...options, toFirstViolation: true });
    const same = violations.find(({ invariant }) => invariant === violation.invariant);
    if (same) shortest = { story: shorter, violation: same };
    return same !== undefined;
  };
  const end = Math.min(story.seconds, violation.at + 60);
  await take({ ...story, seconds: end });
  const culprit = story.apps.filter(({ space }) => space === violation.space);
  if (culprit.length > 0) await take({ ...shortest.story, apps: culprit });
  const soFar = () => shortest.story;
  await leaveOut(
    () => soFar().apps,
    (apps) => take({ ...soFar(), apps }),
  );
  await leaveOut(
    () => soFar().faults,
    (faults) => take({ ...soFar(), faults }),
  );
  await leaveOut(
    () => soFar().mishaps,
    (mishaps) => take({ ...soFar(), mishaps }),
  );
  const [first] = soFar().policies;
  if (first)
    await leaveOut(
      () => soFar().policies.slice(1),
      (rest) => take({ ...soFar(), policies: [first, ...rest] }),
    );
  for (const { space } of soFar().apps) {
    const app = () => soFar().apps.find((one) => one.space === space);
    await leaveOut(
      () => app()?.work ?? [],
      (work) => take(withApp(soFar(), space, { work })),
    );
    await leaveOut(
      () => app()?.troubles ?? [],
      (troubles) => take(withApp(soFar(), space, { troubles })),
    );
    for (const what of ["wishes", "answers", "tags"] as const) await take(withApp(soFar(), space, { [what]: [] }));
    await leaveOut(
      () => app()?.opens ?? [],
      (opens) => take(withApp(soFar(), space, { opens })),
    );
    await leaveOut(
      () => app()?.closes ?? [],
      (closes) => take(withApp(soFar(), space, { closes })),
    );
  }
  await take({ ...shortest.story, seconds: Math.min(shortest.story.seconds, shortest.violation.at + 60) });
  return shortest;
}

/** Tries to do without halves of a list, then quarters, and so on down to single ones. */
async function leaveOut<T>(list: () => readonly T[], take: (rest: T[]) => Promise<boolean>): Promise<void> {
  for (let size = list().length; size >= 1; size = Math.floor(size / 2))
    for (let at = 0; at < list().length;) {
      const rest = list().filter((_, i) => i < at || i >= at + size);
      if (!(await take(rest))) at += size;
    }
}

function withApp(story: Story, space: string, change: Partial<AppStory>): Story {
  return { ...story, apps: story.apps.map((app) => (app.space === space ? { ...app, ...change } : app)) };
}
