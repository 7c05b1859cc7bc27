import { paginateListSpaces, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import { spaceKey } from "../domain/space.ts";
import { secondsBetween } from "../policy/time.ts";
import type { SpaceOwners } from "../sweep/ports.ts";

/** A space may be deleted and made anew for another user, so what is remembered of all is read again this often. */
const REMEMBER_SECONDS = 3600;

/** What one question reads at most: 2000 spaces, the youngest first. The next one reads on. */
const MAX_PAGES = 20;

/** Spaces with their owners; `undefined` for one that has none. */
type Page = ReadonlyMap<string, string | undefined>;

/** The owner of every space. */
export async function listSpaceOwners(client: SageMakerClient): Promise<SpaceOwners> {
  const owners = new Map<string, string>();
  for await (const page of listPages(client))
    for (const [space, owner] of page) if (owner !== undefined) owners.set(space, owner);
  return owners;
}

/**
 * Answers the owners of spaces as far as they are known without a reading of all: it reads only until each of the
 * spaces asked for is known, remembers them for an hour, and reads 20 pages at a time.
 */
export function createSpaceOwnerMemory(
  client: SageMakerClient,
  clock: () => Date = () => new Date(),
): (spaces: readonly string[]) => Promise<SpaceOwners> {
  const memory = new SpaceOwnerMemory(client, clock());
  return (spaces) => memory.ownersOf(spaces, clock());
}

class SpaceOwnerMemory {
  readonly #client: SageMakerClient;
  #since: Date;
  #pages: AsyncGenerator<Page, undefined>;
  #known = new Map<string, string | undefined>();
  /** What was known an hour ago, until it is read anew. */
  #former: Page = new Map();

  constructor(client: SageMakerClient, now: Date) {
    [this.#client, this.#since, this.#pages] = [client, now, listPages(client)];
  }

  async ownersOf(spaces: readonly string[], now: Date): Promise<SpaceOwners> {
    if (secondsBetween(this.#since, now) >= REMEMBER_SECONDS) this.#forget(now);
    for (let i = 0; i < MAX_PAGES && !this.#knowsAll(spaces); i++) {
      const page = await this.#nextPage();
      if (page === undefined) break;
      for (const [space, owner] of page) this.#known.set(space, owner);
    }
    // A space that is not known yet next time is likely to be a new one.
    if (this.#knowsAll(spaces)) this.#pages = listPages(this.#client);
    return new Map(spaces.flatMap((space) => this.#ownerOf(space)));
  }

  #forget(now: Date): void {
    [this.#former, this.#known] = [this.#known, new Map<string, string | undefined>()];
    [this.#since, this.#pages] = [now, listPages(this.#client)];
  }

  #knowsAll(spaces: readonly string[]): boolean {
    return spaces.every((space) => this.#known.has(space));
  }

  /** `undefined` after the last page. What is read next is then the first one again, as it is after a failure. */
  async #nextPage(): Promise<Page | undefined> {
    const pages = this.#pages;
    this.#pages = listPages(this.#client);
    const page = await pages.next();
    if (page.done) return undefined;
    this.#pages = pages;
    return page.value;
  }

  #ownerOf(space: string): readonly (readonly [space: string, owner: string])[] {
    const owner = (this.#known.has(space) ? this.#known : this.#former).get(space);
    return owner === undefined ? [] : [[space, owner]];
  }
}

async function* listPages(client: SageMakerClient): AsyncGenerator<Page, undefined> {
  const inOrder = { MaxResults: 100, SortBy: "CreationTime", SortOrder: "Descending" } as const;
  for await (const { Spaces = [] } of paginateListSpaces({ client }, inOrder))
    yield new Map(
      Spaces.flatMap(({ DomainId, SpaceName, OwnershipSettingsSummary: owned }) =>
        DomainId && SpaceName ? [[spaceKey(DomainId, SpaceName), owned?.OwnerUserProfileName] as const] : [],
      ),
    );
  return undefined;
}
