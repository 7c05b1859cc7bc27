import * as v from "valibot";
import { USUAL_DOMAIN_ID } from "../domain/domain-id.ts";
import { LONGEST_SECONDS } from "../domain/seconds.ts";
import { compileGlobs, compileNamesGlobs } from "./globs.ts";
import { parseUntil, UNTIL_EXPECTED } from "./until.ts";

/** Days, hours, minutes and seconds, in that order, e.g. `1h30m`. */
const DURATION = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const DURATION_EXPECTED = "expected whole seconds, or a duration like 90m, 1h30m or 3d";

/** A duration within bounds, as a number of seconds or in words like `1h30m`; parsed to seconds. */
const duration = (least: number, otherwise: string, most = LONGEST_SECONDS) => {
  const bounds = [
    v.minValue<number, number, string>(least, otherwise),
    v.maxValue<number, number, string>(most, `must be at most ${most} seconds`),
  ] as const;
  const inSeconds = v.pipe(v.number(DURATION_EXPECTED), v.integer("expected whole seconds"), ...bounds);
  const inWords = v.pipe(v.string(DURATION_EXPECTED), v.regex(DURATION, DURATION_EXPECTED), v.transform(secondsIn));
  return v.union([inSeconds, v.pipe(inWords, ...bounds)], DURATION_EXPECTED);
};
export const seconds = duration(1, "must be at least 1 second");
export const secondsUpTo = (most: number) => duration(1, "must be at least 1 second", most);

/** What only keeps apps, or only tells their users, may be 0: a rule takes a default back with it. */
export const secondsOrNone = duration(0, "must be at least 0 seconds; 0 takes a default back");

/** A value, or a word that stands for another one. */
export const orWord = <S extends v.GenericSchema, const W extends string, M>(
  schema: S,
  word: W,
  { means, expected }: { readonly means: M; readonly expected: string },
) =>
  v.union(
    [
      schema,
      v.pipe(
        v.literal(word),
        v.transform(() => means),
      ),
    ],
    expected,
  );

const NEVER_EXPECTED = `${DURATION_EXPECTED}, or never`;

/** A timeout that may never be over: `Infinity`. */
export const secondsOrNever = orWord(seconds, "never", { means: Infinity, expected: NEVER_EXPECTED });

/** What is off unless it is set; a rule takes a default back with `never`. */
export const secondsOrOff = orWord(seconds, "never", { means: undefined, expected: NEVER_EXPECTED });

function secondsIn(words: string): number {
  const [, days = 0, hours = 0, minutes = 0, rest = 0] = DURATION.exec(words) ?? [];
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}

/** The end of something, parsed to an instant. */
export const until = v.pipe(
  v.string(`expected ${UNTIL_EXPECTED}`),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const end = parseUntil(value);
    if (end !== undefined) return end;
    addIssue({ message: `expected ${UNTIL_EXPECTED}` });
    return NEVER;
  }),
);

export const mapping = <E extends v.ObjectEntries>(entries: E) =>
  v.strictObject(entries, "expected fields, like name: value");
export const notEmpty = <T extends object>(what: string) =>
  v.check((fields: T) => Object.keys(fields).length > 0, what);
export const yesOrNo = v.boolean("expected true or false");
export const share = v.pipe(
  v.number("expected a share between 0 and 1"),
  v.gtValue(0, "must be above 0"),
  v.maxValue(1, "must be at most 1"),
);
export const count = v.pipe(
  v.number("expected a count"),
  v.integer("expected a whole number"),
  v.minValue(1, "must be at least 1"),
);

/** What people call a thing, in logs and in what its users are told. */
export const title = v.pipe(
  v.string("expected a name"),
  v.nonEmpty("must not be empty"),
  v.maxLength(60, "must have at most 60 characters"),
  v.check((text) => !/\p{C}/u.test(text), "must not have control characters"),
);

const glob = v.pipe(v.string("expected a name, in which * and ? may stand"), v.nonEmpty("must not be empty"));
const oneOrMore = v.union(
  [glob, v.pipe(v.array(glob), v.nonEmpty("must not be empty"))],
  "expected a name, in which * and ? may stand, or a list of them",
);

/** One glob, or a list of which any may match. */
export const globs = v.pipe(
  oneOrMore,
  v.transform((patterns) => compileGlobs([patterns].flat())),
);

/** As {@link globs}, for a domain's id or name. */
export const domainGlobs = v.pipe(
  oneOrMore,
  v.transform((patterns) => compileNamesGlobs([patterns].flat(), (pattern) => USUAL_DOMAIN_ID.test(pattern))),
);

/** Globs for the values of tags, by key; a key stands for itself. */
export const tagGlobs = v.pipe(
  v.record(v.pipe(v.string(), v.nonEmpty("must not be empty")), globs, "expected tags, like key: value"),
  notEmpty("names no tag"),
);

const program = v.pipe(
  v.string("expected a program's name"),
  v.nonEmpty("must not be empty"),
  v.maxLength(40, "must have at most 40 characters"),
);
export const programs = v.pipe(
  v.array(program, "expected a list of programs"),
  v.maxLength(100, "must be at most 100 programs"),
);
