import type { RoleRecord } from "../attach/ports.ts";
import type { TargetKey } from "../attach/settings-target.ts";
import type { Parameters } from "./parameters.ts";

const STUDIO = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}";
const ROLE = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role";

/** IAM allows a role 10 240 characters of policies. With more of either, the statements are for all of the account. */
const MOST_DOMAINS_NAMED = 10;
const MOST_ROLES_NAMED = 5;

/** What an earlier deploy attached to, and `attach` must be able to restore, whatever the parameters say now. */
export type Recorded = { readonly targets: readonly TargetKey[]; readonly roles: readonly RoleRecord[] };

type Arn = { readonly "Fn::Sub": string };
type Permissions = {
  readonly domainArns: readonly Arn[];
  readonly profileArns: readonly Arn[];
  readonly spaceArns: readonly Arn[];
  readonly changesProfiles: boolean;
  readonly changedProfileArns: readonly Arn[];
  readonly detachesFromRoles: boolean;
  /** A record has no path of its role. */
  readonly detachedRoleArns: readonly Arn[];
  /** The stack's, and the former ones of which roles still have one. */
  readonly heartbeatPolicyArns: readonly (string | { readonly Ref: "HeartbeatPolicy" })[];
};

/** What `attach` may reach: the domains of the parameters, and the domains, profiles and roles of its records. */
export function attachPermissions(
  { domains, profiles, attachRoles }: Pick<Parameters, "domains" | "profiles" | "attachRoles">,
  { targets, roles }: Recorded,
): Permissions {
  const listed = domains === "all" ? ["*"] : domains === "none" ? [] : domains;
  const ids = domains === "all" ? listed : namedOrAll([...listed, ...targets.map(({ domainId }) => domainId)]);
  const toRestore = namedOrAll(targets.flatMap(({ domainId, profile }) => (profile === undefined ? [] : [domainId])));
  const changed = profiles === "change" ? ids : toRestore;
  const namesRoles = !attachRoles && roles.length <= MOST_ROLES_NAMED;
  return {
    domainArns: ids.map((id) => arn(`domain/${id}`)),
    profileArns: ids.map((id) => arn(`user-profile/${id}/*`)),
    spaceArns: ids.map((id) => arn(`space/${id}/*`)),
    changesProfiles: changed.length > 0,
    changedProfileArns: changed.map((id) => arn(`user-profile/${id}/*`)),
    detachesFromRoles: attachRoles || roles.length > 0,
    detachedRoleArns: namesRoles ? roles.flatMap(({ name }) => [roleArn(name), roleArn(`*/${name}`)]) : [roleArn("*")],
    heartbeatPolicyArns: [{ Ref: "HeartbeatPolicy" }, ...unique(roles.map(({ policyArn }) => policyArn))],
  };
}

const arn = (resource: string): Arn => ({ "Fn::Sub": `${STUDIO}:${resource}` });
const roleArn = (role: string): Arn => ({ "Fn::Sub": `${ROLE}/${role}` });
function namedOrAll(domainIds: readonly string[]): readonly string[] {
  const ids = unique(domainIds);
  return ids.length > MOST_DOMAINS_NAMED ? ["*"] : ids;
}

const unique = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort();
