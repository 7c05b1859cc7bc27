import * as v from "valibot";
import type { AwsAccount } from "../aws-account.ts";
import { resourceInUse, validationError } from "../wire/errors.ts";
import { type Json, type Operation, operation } from "../wire/operation.ts";
import { findSpace, livingApps } from "./find.ts";
import { CreationOrder, Paging } from "./paging.ts";
import { Settings, merged, requireAttachable, textAt } from "./settings.ts";
import { CreateSpace, createSpace } from "./space-creation.ts";
import { described, summary } from "./space-answers.ts";
import { type Space, type State, within } from "./state.ts";

const Key = v.object({ DomainId: v.string(), SpaceName: v.string() });
const Update = v.object({
  ...Key.entries,
  SpaceSettings: v.optional(Settings, {}),
  SpaceDisplayName: v.exactOptional(v.string()),
});
const List = v.object({
  ...Paging,
  DomainIdEquals: v.optional(v.string()),
  SpaceNameContains: v.optional(v.string(), ""),
});

/** The life of spaces; `forget` drops what a space's storage held. */
export function spaceOperations(
  account: AwsAccount,
  state: State,
  forget: (space: Space) => Promise<void>,
): Record<string, Operation> {
  const inOrder = new CreationOrder<Space>(({ arn }) => arn);
  return {
    CreateSpace: operation(CreateSpace, (input) => createSpace(account, state, input)),
    DescribeSpace: operation(Key, (input) => described(findSpace(state, input.DomainId, input.SpaceName))),
    UpdateSpace: operation(Update, (input) => updateSpace(account, state, input)),
    ListSpaces: operation(List, (input) => {
      const isWanted = ({ domainId, name }: Space): boolean =>
        domainId === (input.DomainIdEquals ?? domainId) && name.includes(input.SpaceNameContains);
      const page = inOrder.pageOf([...state.spaces.values()].filter(isWanted), input);
      return { Spaces: page.items.map(summary), NextToken: page.nextToken };
    }),
    DeleteSpace: operation(Key, async (input) => {
      const space = findSpace(state, input.DomainId, input.SpaceName);
      if (appsIn(state, space) > 0) throw resourceInUse(`Space [${space.name}] still has apps.`);
      state.spaces.delete(within(space.domainId, space.name));
      state.tags.delete(space.arn);
      await forget(space);
      return {};
    }),
  };
}

function updateSpace(account: AwsAccount, state: State, input: v.InferOutput<typeof Update>): Json {
  const space = findSpace(state, input.DomainId, input.SpaceName);
  const appType = textAt(space.settings, "AppType");
  const wanted = textAt(input.SpaceSettings, "AppType");
  if (appType !== undefined && wanted !== undefined && wanted !== appType)
    throw validationError(`The app type of Space [${space.name}] cannot be changed.`);
  requireAttachable(input.SpaceSettings, state.lifecycleConfigs.values());
  space.settings = merged(space.settings, input.SpaceSettings);
  space.displayName = input.SpaceDisplayName ?? space.displayName;
  space.modifiedAt = account.now();
  return { SpaceArn: space.arn };
}

function appsIn(state: State, { domainId, name }: Space): number {
  return livingApps(state, (app) => app.domainId === domainId && app.owner.kind === "space" && app.owner.name === name)
    .length;
}
