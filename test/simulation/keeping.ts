import type { Random } from "./random.ts";
import type { Answer, AppStory, Tagging, Wish, Work } from "./story.ts";

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** What a user asks for over some days, and how an admin tags the app. */
export function writeKeeping(
  random: Random,
  work: readonly Work[],
  days: number,
): Pick<AppStory, "wishes" | "answers" | "tags"> {
  return {
    wishes: random.chance(0.2) ? writeWishes(random, work) : [],
    answers: random.chance(0.4) ? writeAnswers(random) : [],
    tags: random.chance(0.1) ? writeTags(random, days) : [],
  };
}

/** At the end of some work, for hours, for days, for a program; now and then it is taken back. */
function writeWishes(random: Random, work: readonly Work[]): Wish[] {
  const wishes = work.flatMap(({ to }): Wish[] => {
    if (!random.chance(0.3)) return [];
    const at = to + random.between(-10, 50) * MINUTE;
    const wish = { at, for: random.pick(600, HOUR, 8 * HOUR, 3 * DAY), isProgram: random.chance(0.3) };
    return random.chance(0.2) ? [wish, { at: at + random.pick(20, HOUR), for: 0 }] : [wish];
  });
  return wishes.toSorted((a, b) => a.at - b.at);
}

function writeAnswers(random: Random): Answer[] {
  return Array.from({ length: 8 }, () => ({
    after: random.between(2, 400),
    for: random.pick(1800, HOUR, 8 * HOUR),
  }));
}

/** Exempts it for a time, or keeps it until a date; what is set may be taken away again. */
function writeTags(random: Random, days: number): Tagging[] {
  const tags: Tagging[] = [];
  for (let at = random.between(-0.5, 1) * DAY; at < days * DAY; at += random.between(0.1, 2) * DAY) {
    const on = random.pick<Tagging["on"]>("app", "space");
    tags.push(
      random.pick<Tagging>(
        { at, on, exempt: random.pick("true", "", "no") },
        { at, on, keepUntil: Math.round(at + random.between(-1, 3) * DAY) },
        { at, on, keepUntil: random.pick("soon", "2026-02-30") },
        { at, on },
      ),
    );
  }
  return tags;
}
