import type { TakenWish } from "./agent-wishes.ts";
import { type AppStory, BEGIN, type Edict, type Tagging } from "./story.ts";
import { taggingAt } from "./tag-service.ts";
import type { Watched } from "./facts.ts";

/** A wish is told at once, but twice a minute at most. */
const HEARD_WITHIN_SECONDS = 60;
const NO: readonly string[] = ["false", "no", "off", "0"];

/** The instants, in epoch seconds, between which something was read or done. */
export type Span = { readonly from: number; readonly to: number };

/** What keeps an app is judged by, beside what its user has wished. */
export type Ground = {
  readonly story: AppStory;
  readonly span: Span;
  /** Those in force meanwhile. */
  readonly policies: readonly Edict[];
  readonly lastActive: number;
  /** From when what hangs counts for nothing; until then it was activity. */
  readonly hungSince: number;
};

/** Whether tags exempt an app at every instant of a span. */
export function isExemptAllAlong(story: AppStory, span: Span): boolean {
  return taggings(story, span).every(isExempt);
}

export function isEverExempt(story: AppStory, span: Span): boolean {
  return taggings(story, span).some(isExempt);
}

/** Until when an app is kept at least, by what its user has wished and by its tags, where its agent could tell. */
export function keptAtLeastUntil(
  { agent, app }: Watched,
  { story, span, policies, lastActive }: Omit<Ground, "hungSince">,
): number {
  const atMost = Math.min(...policies.map(({ keepAliveAtMost }) => keepAliveAtMost));
  const wishes = agent.wishes.all.flatMap((wish) => {
    const isHeard = wish.madeAt + HEARD_WITHIN_SECONDS <= span.to && agent.deafUntil < wish.madeAt;
    return isHeard && wish.overAt > span.to ? Math.min(wish.until, wish.madeAt + atMost) : [];
  });
  const dates = taggings(story, span).map((tagging) => {
    if (tagging?.keepUntil === undefined) return -Infinity;
    return Math.min(dateOf(tagging), Math.max(lastActive, app.startedAt) + atMost);
  });
  return Math.max(-Infinity, ...wishes, Math.min(...dates));
}

/** Until when an app may be kept at most. What its agent could not tell may count for as long as is allowed. */
export function keptAtMostUntil({ agent, app }: Watched, ground: Ground): number {
  const { story, span, policies, lastActive, hungSince } = ground;
  const atMost = Math.max(...policies.map(({ keepAliveAtMost }) => keepAliveAtMost));
  if (atMost === 0) return -Infinity;
  const wishes = agent.wishes.all.map((wish) => Math.min(saidUntil(wish, agent.deafUntil), wish.madeAt + atMost));
  const activeUntil = Math.max(lastActive, agent.countsFrom, app.inServiceAt, agent.deafUntil, agent.blindUntil);
  const dates = taggings(story, span).map((tagging) =>
    tagging?.keepUntil === undefined ? -Infinity : Math.min(dateOf(tagging), Math.max(activeUntil + atMost, hungSince)),
  );
  return Math.max(-Infinity, ...wishes, ...dates) + HEARD_WITHIN_SECONDS;
}

/** One that is over before its time is told so, unless the agent cannot tell. */
function saidUntil({ until, overAt }: TakenWish, deafUntil: number): number {
  return deafUntil < overAt ? Math.min(until, overAt) : until;
}

function isExempt(tagging: Tagging | undefined): boolean {
  return tagging?.exempt !== undefined && !NO.includes(tagging.exempt);
}

/** One that nobody can read counts for as long as is allowed. */
function dateOf({ keepUntil }: Tagging): number {
  return typeof keepUntil === "number" ? BEGIN + keepUntil : Infinity;
}

/** How an app is tagged at the begin of a span, and at each change within it. */
function taggings(story: AppStory, { from, to }: Span): readonly (Tagging | undefined)[] {
  const changes = (story.tags ?? []).filter(({ at }) => from < BEGIN + at && BEGIN + at <= to);
  return [taggingAt(story, from), ...changes];
}
