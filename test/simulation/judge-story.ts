import { shrink } from "./shrink.ts";
import { type Outcome, simulate } from "./simulate.ts";
import { type Size, writeStory } from "./write-story.ts";

/**
 * Plays the story of a seed; what it breaks is told with the shortest story that breaks it, too. Says at once what it
 * breaks, as to find the shortest story may take a quarter of an hour.
 */
export async function judgeStory(
  seed: number,
  size: Size,
  say: (finding: string) => void,
): Promise<Outcome & { readonly complaint: string | undefined }> {
  const story = writeStory(seed, size);
  const outcome = await simulate(story);
  const [first] = outcome.violations;
  if (!first) return { ...outcome, complaint: undefined };
  const finding = `seed ${seed} of ${JSON.stringify(size)} breaks that ${first.invariant}`;
  say(`${finding}: ${JSON.stringify(first)}`);
  const shortest = JSON.stringify(await shrink(story, first));
  return { ...outcome, complaint: `${finding}, and so does ${shortest}` };
}

/** The middle and the end of some figures. */
export function spread(figures: readonly number[]): {
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
} {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return { median: at(0.5), p99: at(0.99), worst: at(1) };
}
