import type { App } from "./app.ts";

/** Tags by key, of each tagged resource by {@link taggedId}. */
export type ResourceTags = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** `domain/…`, `user-profile/<domain>/…`, `space/<domain>/…`, `app/<domain>/<owner>/<type>/<name>`, out of an ARN. */
export function taggedId(arn: string): string {
  const [kind, domain, owner, type, name] = arn.split(":").slice(5).join(":").split("/");
  // AWS writes an app's type in its ARN as jupyterlab and as JupyterLab.
  return [kind, domain, owner, type?.toLowerCase(), name].filter((part) => part !== undefined).join("/");
}

/** Whether any user profile is tagged: then it counts who owns a space. */
export function tagsUsers(tags: ResourceTags): boolean {
  return [...tags.keys()].some((id) => id.startsWith("user-profile/"));
}

/**
 * The tags that hold for an app that belongs to a user profile: its domain's, the profile's, its space's, its own; the
 * nearest of each key.
 */
export function tagsFor(tags: ResourceTags, app: App, user: string | undefined): Readonly<Record<string, string>> {
  const { domainId, owner, type, name } = app;
  const farthestFirst = [
    `domain/${domainId}`,
    ...(user === undefined ? [] : [`user-profile/${domainId}/${user}`]),
    ...(owner.kind === "space" ? [`space/${domainId}/${owner.name}`] : []),
    `app/${domainId}/${owner.name}/${type.toLowerCase()}/${name}`,
  ];
  return Object.fromEntries(farthestFirst.flatMap((id) => Object.entries(tags.get(id) ?? {})));
}
