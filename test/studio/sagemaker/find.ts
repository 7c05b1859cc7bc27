import { resourceNotFound } from "../wire/errors.ts";
import {
  type App,
  type AppKey,
  type Domain,
  type LifecycleConfig,
  type Profile,
  type Space,
  type State,
  appKeyOf,
  within,
} from "./state.ts";

/** Each finder throws ResourceNotFound for what is not there. */
export function findDomain({ domains }: State, id: string): Domain {
  return found(domains.get(id), `Domain [${id}] does not exist.`);
}

export function findProfile(state: State, domainId: string, name: string): Profile {
  findDomain(state, domainId);
  return found(
    state.profiles.get(within(domainId, name)),
    `UserProfile [${name}] does not exist in Domain [${domainId}].`,
  );
}

export function findSpace(state: State, domainId: string, name: string): Space {
  findDomain(state, domainId);
  return found(state.spaces.get(within(domainId, name)), `Space [${name}] does not exist in Domain [${domainId}].`);
}

export function findLifecycleConfig({ lifecycleConfigs }: State, name: string): LifecycleConfig {
  return found(lifecycleConfigs.get(name), `Studio Lifecycle Config [${name}] does not exist.`);
}

export function findApp({ apps }: State, key: AppKey): App {
  return found(
    apps.get(appKeyOf(key)),
    `App [${key.appType}/${key.appName}] of ${key.owner.kind} [${key.owner.name}] ` +
      `does not exist in Domain [${key.domainId}].`,
  );
}

/** The apps that are there: deleted ones are listed for a day, but are no longer. */
export function livingApps({ apps }: State, isWanted: (app: App) => boolean): App[] {
  return [...apps.values()].filter((app) => app.status !== "Deleted" && isWanted(app));
}

function found<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw resourceNotFound(message);
  return value;
}
