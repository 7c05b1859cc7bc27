import * as v from "valibot";
import { validationError } from "../wire/errors.ts";
import type { AppKey, Owner } from "./state.ts";

/** The members that name an app in every call. */
export const AppName = {
  DomainId: v.string(),
  UserProfileName: v.optional(v.string()),
  SpaceName: v.optional(v.string()),
  AppType: v.string(),
  AppName: v.string(),
};
type AppName = {
  DomainId: string;
  UserProfileName?: string | undefined;
  SpaceName?: string | undefined;
  AppType: string;
  AppName: string;
};

/** What a call names: an app of a space or of a profile, never of both. */
export function appKey(input: AppName): AppKey {
  return { domainId: input.DomainId, owner: ownerOf(input), appType: input.AppType, appName: input.AppName };
}

function ownerOf({ UserProfileName, SpaceName }: Pick<AppName, "UserProfileName" | "SpaceName">): Owner {
  if (UserProfileName !== undefined && SpaceName === undefined) return { kind: "user", name: UserProfileName };
  if (SpaceName !== undefined && UserProfileName === undefined) return { kind: "space", name: SpaceName };
  throw validationError("Either UserProfileName or SpaceName has to be given, and not both.");
}
