import type { TargetKey } from "../attach/settings-target.ts";
import type { Parameters } from "./parameters.ts";

const STUDIO = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}";

type Arn = { readonly "Fn::Sub": string };
type Permissions = {
  readonly domainArns: readonly Arn[];
  readonly profileArns: readonly Arn[];
  readonly spaceArns: readonly Arn[];
  readonly changesProfiles: boolean;
  readonly changedProfileArns: readonly Arn[];
};

/**
 * What `attach` may reach: the domains of the parameters, and its records' domains and profiles, which it must be able
 * to restore.
 */
export function attachPermissions(
  { domains, profiles }: Pick<Parameters, "domains" | "profiles">,
  recorded: readonly TargetKey[],
): Permissions {
  const listed = domains === "all" ? ["*"] : domains === "none" ? [] : domains;
  const ids = domains === "all" ? listed : unique([...listed, ...recorded.map(({ domainId }) => domainId)]);
  const toRestore = unique(recorded.flatMap(({ domainId, profile }) => (profile === undefined ? [] : [domainId])));
  const changed = profiles === "change" ? ids : toRestore;
  return {
    domainArns: ids.map((id) => arn(`domain/${id}`)),
    profileArns: ids.map((id) => arn(`user-profile/${id}/*`)),
    spaceArns: ids.map((id) => arn(`space/${id}/*`)),
    changesProfiles: changed.length > 0,
    changedProfileArns: changed.map((id) => arn(`user-profile/${id}/*`)),
  };
}

const arn = (resource: string): Arn => ({ "Fn::Sub": `${STUDIO}:${resource}` });
const unique = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort();
