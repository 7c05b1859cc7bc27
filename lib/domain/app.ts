import * as v from "valibot";
import { DOMAIN_ID_PATTERN } from "./domain-id.ts";

/**
 * `<domainId>/<space|user>/<ownerName>/<appType>/<appName>`: names one app in logs, and ends the name of its
 * heartbeat's parameter.
 */
export type AppKey = string & { readonly __brand: "AppKey" };

/** Who an app belongs to: a space, or (older app types) a user profile itself. */
export type Owner = { readonly kind: "space" | "user"; readonly name: string };

/** What names an app; two apps with one address at different times are different incarnations. */
export type AppAddress = {
  readonly domainId: string;
  readonly owner: Owner;
  readonly type: string;
  readonly name: string;
};

/** One incarnation of a Studio app, as `ListApps` and `DescribeApp` tell it. */
export type App = AppAddress & {
  readonly key: AppKey;
  readonly status: string;
  readonly createdAt: Date;
  readonly instanceType: string | undefined;
};

const NAME = "[a-zA-Z0-9-]{1,63}";
const ADDRESS = new RegExp(`^(${DOMAIN_ID_PATTERN})/(space|user)/(${NAME})/([a-zA-Z]{1,63})/(${NAME})$`);

/** The key of an address. */
export function appKey({ domainId, owner, type, name }: AppAddress): AppKey {
  // The one place that makes keys, so that a string becomes one only with all five parts.
  // eslint-disable-next-line no-restricted-syntax
  return `${domainId}/${owner.kind}/${owner.name}/${type}/${name}` as AppKey;
}

/** The address that a key names. */
export function addressOf(key: AppKey): AppAddress {
  const [domainId = "", kind, ownerName = "", type = "", name = ""] = key.split("/");
  return { domainId, owner: { kind: kind === "space" ? "space" : "user", name: ownerName }, type, name };
}

/** Reads a key back, e.g. off a heartbeat's parameter name; `undefined` where the text is no app's key. */
export function parseAppKey(text: string): AppKey | undefined {
  const [, domainId, kind, ownerName, type, name] = ADDRESS.exec(text) ?? [];
  if (!domainId || !ownerName || !type || !name) return undefined;
  return appKey({ domainId, owner: { kind: kind === "space" ? "space" : "user", name: ownerName }, type, name });
}

const Name = v.pipe(v.string(), v.nonEmpty());

/** The shape both calls share. Every field is optional in the services' model, so each is asked for here, once. */
const StudioApp = v.pipe(
  v.object({
    DomainId: Name,
    SpaceName: v.optional(Name),
    UserProfileName: v.optional(Name),
    AppType: Name,
    AppName: Name,
    Status: Name,
    CreationTime: v.date(),
    ResourceSpec: v.optional(v.object({ InstanceType: v.optional(v.string()) })),
  }),
  v.check(
    (app) => (app.SpaceName ?? app.UserProfileName) !== undefined,
    "neither SpaceName nor UserProfileName is given",
  ),
);

/** Parses an app out of a service's answer; throws, naming the field, where something that we judge by is missing. */
export function parseApp(answer: unknown): App {
  const parsed = v.safeParse(StudioApp, answer);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new UnreadableApp(`${v.getDotPath(issue) ?? "app"}: ${issue.message}, in ${JSON.stringify(answer)}`);
  }
  const { DomainId, SpaceName, UserProfileName, AppType, AppName, Status, CreationTime, ResourceSpec } = parsed.output;
  // An app in a space may name its user as well; the space is what DeleteApp and the heartbeat go by.
  const owner: Owner =
    SpaceName === undefined ? { kind: "user", name: UserProfileName ?? "" } : { kind: "space", name: SpaceName };
  const address: AppAddress = { domainId: DomainId, owner, type: AppType, name: AppName };
  return {
    ...address,
    key: appKey(address),
    status: Status,
    createdAt: CreationTime,
    instanceType: ResourceSpec?.InstanceType,
  };
}

/** An answer of the service that lacks what an app is judged by. */
export class UnreadableApp extends Error {
  override readonly name = "UnreadableApp";
}
