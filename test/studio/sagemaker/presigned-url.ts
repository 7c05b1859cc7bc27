import * as v from "valibot";
import { resourceNotFound } from "../wire/errors.ts";
import { type Operation, operation } from "../wire/operation.ts";
import { findProfile, findSpace, livingApps } from "./find.ts";
import type { State } from "./state.ts";

const Input = v.object({ DomainId: v.string(), UserProfileName: v.string(), SpaceName: v.optional(v.string()) });

/** CreatePresignedDomainUrl: with a space, what a user's browser would open: the app's own server. */
export function presignedUrlOperation(state: State): Operation {
  return operation(Input, ({ DomainId, UserProfileName, SpaceName }) => {
    findProfile(state, DomainId, UserProfileName);
    if (SpaceName === undefined) return { AuthorizedUrl: `https://${DomainId}.studio.invalid/auth` };
    findSpace(state, DomainId, SpaceName);
    const app = livingApps(
      state,
      ({ domainId, owner, status }) =>
        domainId === DomainId && owner.kind === "space" && owner.name === SpaceName && status === "InService",
    )[0];
    if (app === undefined) throw resourceNotFound(`Space [${SpaceName}] has no app in service.`);
    return { AuthorizedUrl: app.instance?.baseUrl ?? `https://${DomainId}.studio.invalid/${SpaceName}/` };
  });
}
