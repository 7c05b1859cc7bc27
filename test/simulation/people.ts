import { writeKeeping } from "./keeping.ts";
import type { Random } from "./random.ts";
import type { AppStory, Trouble, Work } from "./story.ts";

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];
const [KERNELS, TERMINALS, CPU, FILES] = [0, 1, 2, 3];

type Habit = (random: Random, days: number) => { readonly work: Work[]; readonly closes: number[] };

/** Days of work with a lunch; at night the app is mostly forgotten. Some of it is in terminals or only edits files. */
const office: Habit = (random, days) => {
  const [work, closes]: [Work[], number[]] = [[], []];
  const zone = random.between(-3, 3) * HOUR;
  for (const day of workdays(random, days)) {
    const begin = day + zone + random.between(7.5, 10.5) * HOUR;
    const lunch = begin + random.between(2.5, 4.5) * HOUR;
    const end = lunch + random.between(3, 6) * HOUR;
    work.push(...session(random, begin, lunch), ...session(random, lunch + random.between(25, 95) * MINUTE, end));
    if (random.chance(0.2)) closes.push(end + random.between(0, 10) * MINUTE);
  }
  return { work, closes };
};

/** Long trainings and jobs, by day and by night, with a look at them now and then. */
const trainer: Habit = (random, days) => {
  const work: Work[] = [];
  for (let at = random.between(0, 30) * HOUR; at < days * DAY;) {
    const end = at + random.between(0.5, 40) * HOUR;
    const source = random.pick(KERNELS, TERMINALS, CPU);
    work.push({ source, from: at, to: end, every: 0 });
    if (random.chance(0.4)) work.push(...session(random, at + HOUR, at + 2 * HOUR));
    at = end + random.between(0.2, 40) * HOUR;
  }
  return { work, closes: [] };
};

/** Comes back just before or just after the app has been idle for its timeout, again and again. */
const returner: Habit = (random, days) => {
  const [work, closes]: [Work[], number[]] = [[], []];
  const timeout = random.pick(900, 1800, 3600);
  for (const day of workdays(random, days)) {
    let at = day + random.between(7, 9) * HOUR;
    while (at < day + 19 * HOUR) {
      const end = at + random.pick(0, 30, 600, 2400);
      work.push({ source: random.pick(KERNELS, TERMINALS, FILES), from: at, to: end, every: random.between(5, 400) });
      at = end + timeout + random.pick(random.between(-150, 90), random.between(-15, 75));
    }
  }
  return { work, closes };
};

/** Starts the app, and perhaps does something there once; then never again for days. */
const forgetful: Habit = (random, days) => {
  const work: Work[] = [];
  for (let at = random.between(0, 2 * DAY); at < days * DAY; at += random.between(0.5, 4) * DAY)
    work.push({ source: random.pick(KERNELS, FILES), from: at, to: at + random.pick(0, 600), every: 60 });
  return { work, closes: [] };
};

/** Leaves something behind that hangs: it runs for days and uses no CPU time. */
const hanging: Habit = (random, days) => {
  const from = random.between(0, DAY);
  const to = from + random.between(0.5, days) * DAY;
  return { work: [{ source: TERMINALS, from, to, every: 0, hangs: true }], closes: [] };
};

/** Closes the app and opens it again at once, as after an installation. */
const restarter: Habit = (random, days) => {
  const [work, closes]: [Work[], number[]] = [[], []];
  for (const day of workdays(random, days)) {
    let at = day + random.between(7, 10) * HOUR;
    for (let i = random.whole(2, 5); i > 0; i--) {
      const end = at + random.between(0.1, 2) * HOUR;
      work.push(...session(random, at, end));
      closes.push(end + random.between(0, 70) * MINUTE);
      at = end + random.between(2, 90) * MINUTE;
    }
  }
  return { work, closes };
};

/** Writes the story of one app. */
export function writeApp(
  random: Random,
  number: number,
  { days, faulty }: { days: number; faulty: boolean },
): AppStory {
  const habit = random.pick(office, office, office, office, trainer, returner, returner, forgetful, hanging, restarter);
  const { work, closes } = habit(random, days);
  const sorted = work.toSorted((a, b) => a.from - b.from);
  return {
    space: `${random.chance(0.4) ? "quick" : "slow"}-${number}`,
    opens: sorted.map(({ from }) => from - random.between(0, 60)),
    closes,
    keepsCreationTime: random.chance(0.5),
    work: sorted,
    ...writeKeeping(random, sorted, days),
    troubles: faulty && random.chance(0.3) ? writeTroubles(random, sorted, days) : [],
    undeletable: faulty && random.chance(0.01),
  };
}

/** Half of them from when the user begins with something. */
function writeTroubles(random: Random, work: readonly Work[], days: number): Trouble[] {
  return Array.from({ length: random.whole(1, days) }, () => ({
    kind: random.pick<Trouble["kind"]>("dies", "restarts", "restarts", "forgets", "lags", "lies", "goes blind"),
    at: (random.chance(0.5) ? beginOf(random, work) : undefined) ?? random.between(0, days * DAY),
    for: random.pick(random.between(5, 60), random.between(60, 1800), random.between(1800, DAY)),
  })).toSorted((a, b) => a.at - b.at);
}

function beginOf(random: Random, work: readonly Work[]): number | undefined {
  return work[random.whole(0, work.length - 1)]?.from;
}

/** Work that shows every few seconds or minutes, mostly in a kernel. */
function session(random: Random, from: number, to: number): Work[] {
  const source = random.pick(KERNELS, KERNELS, KERNELS, TERMINALS, FILES);
  const long: Work[] = random.chance(0.2)
    ? [{ source: KERNELS, from: from + (to - from) / 3, to: to - (to - from) / 3, every: 0 }]
    : [];
  return [{ source, from, to, every: random.pick(20, 60, 240, 500, 850) * random.between(0.5, 1) }, ...long];
}

/** The midnights of the days on which somebody works. */
function workdays(random: Random, days: number): number[] {
  return Array.from({ length: Math.ceil(days) }, (_, day) => day)
    .filter((day) => (day % 7 < 5 ? random.chance(0.9) : random.chance(0.1)))
    .map((day) => day * DAY);
}
