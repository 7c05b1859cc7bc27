import * as v from "valibot";
import { EXEMPT_TAG, KEEP_UNTIL_TAG } from "../../lib/domain/tags.ts";
import { type AppStory, BEGIN, type Tagging } from "./story.ts";
import { arnsOf, firstAfter } from "./studio-service.ts";
import type { Timeline } from "./timeline.ts";

const RESOURCES_A_PAGE = 100;
const Input = v.object({
  TagFilters: v.array(v.object({ Key: v.string() })),
  PaginationToken: v.optional(v.string()),
});
type Answer = Readonly<Record<string, unknown>>;

/** The Tagging API in memory: what is tagged is what the story says. */
export class TagService {
  readonly #timeline: Timeline;
  readonly #apps: readonly { readonly id: number; readonly app: AppStory }[];

  constructor(timeline: Timeline, apps: readonly AppStory[]) {
    this.#timeline = timeline;
    this.#apps = apps.filter(({ tags = [] }) => tags.length > 0).map((app, i) => ({ id: i + 1, app }));
  }

  getResources(input: unknown): Answer {
    const { TagFilters, PaginationToken: token } = v.parse(Input, input);
    const asked = TagFilters.map(({ Key }) => Key);
    const page = this.#apps.slice(firstAfter(this.#apps, Number(token ?? 0))).slice(0, RESOURCES_A_PAGE);
    const last = page.at(-1);
    return {
      ResourceTagMappingList: page.flatMap(({ app }) => this.#tagged(app, asked)),
      PaginationToken: last && last !== this.#apps.at(-1) ? String(last.id) : "",
    };
  }

  #tagged(app: AppStory, asked: readonly string[]): Answer[] {
    const tagging = taggingAt(app, this.#timeline.now);
    if (!tagging) return [];
    const tags = [
      ...(tagging.exempt === undefined ? [] : [{ Key: EXEMPT_TAG, Value: tagging.exempt }]),
      ...(tagging.keepUntil === undefined ? [] : [{ Key: KEEP_UNTIL_TAG, Value: textOf(tagging.keepUntil) }]),
    ];
    if (!tags.some(({ Key }) => asked.includes(Key))) return [];
    return [{ ResourceARN: arnsOf(app.space)[tagging.on], Tags: tags }];
  }
}

/** How an app is tagged at an instant. */
export function taggingAt({ tags = [] }: AppStory, now: number): Tagging | undefined {
  return tags.findLast(({ at }) => BEGIN + at <= now);
}

function textOf(until: number | string): string {
  return typeof until === "string" ? until : new Date((BEGIN + until) * 1000).toISOString();
}
