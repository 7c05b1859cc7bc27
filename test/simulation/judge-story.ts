import { shrink } from "./shrink.ts";
import { type Outcome, simulate } from "./simulate.ts";
import { type Size, writeStory } from "./write-story.ts";

/** Plays the story of a seed; what it breaks is told with the shortest story that breaks it, too. */
export async function judgeStory(
  seed: number,
  size: Size,
): Promise<Outcome & { readonly complaint: string | undefined }> {
  const story = writeStory(seed, size);
  const outcome = await simulate(story);
  const [first] = outcome.violations;
  if (!first) return { ...outcome, complaint: undefined };
  const shortest = await shrink(story, first);
  const ofSize = JSON.stringify(size);
  const shortStory = JSON.stringify(shortest);
  const complaint = `seed ${seed} of ${ofSize} breaks that ${first.invariant}, and so does ${shortStory}`;
  return { ...outcome, complaint };
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
