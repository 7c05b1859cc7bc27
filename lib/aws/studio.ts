import {
  AppType,
  DeleteAppCommand,
  DescribeAppCommand,
  paginateListApps,
  SageMakerServiceException,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { parseApp, UnreadableApp, type App, type AppAddress } from "../domain/app.ts";
import { isNamed } from "../domain/errors.ts";
import type { Studio } from "../sweep/ports.ts";
import { createSpaceOwnerMemory, listSpaceOwners } from "./space-owners.ts";
import { createDomainLookup } from "./studio-domains.ts";

const NETWORK_CODES: ReadonlySet<unknown> = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT"]);

/**
 * The account's Studio apps, over the SageMaker API. `once` sends each call once, for `DeleteApp`: by a second attempt,
 * seconds later, its app's user may be back, so the app has to be confirmed again first.
 */
export function createStudio(client: SageMakerClient, once: SageMakerClient): Studio {
  return {
    apps: () => listApps(client),
    spaceOwners: () => listSpaceOwners(client),
    knownSpaceOwners: createSpaceOwnerMemory(client),
    domain: createDomainLookup(client),
    async current(app) {
      try {
        const now = parseApp(await client.send(new DescribeAppCommand(requestFor(app))));
        return now.status === "Deleted" ? undefined : now;
      } catch (error) {
        if (isNamed(error, "ResourceNotFound")) return undefined;
        throw error;
      }
    },
    async deleteApp(app) {
      try {
        await once.send(new DeleteAppCommand(requestFor(app)));
        return "stopped";
      } catch (error) {
        if (isThrottled(error) || isUnanswered(error)) return "busy";
        // Its user or another sweep has deleted it, or is deleting it.
        if (isNamed(error, "ResourceNotFound", "ResourceInUse") || isDeletedAlready(error)) return "gone";
        throw error;
      }
    },
  };
}

function isThrottled(error: unknown): boolean {
  return isNamed(error, "ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded");
}

/** Whether nobody knows what became of the call: no answer came, or one that says nothing of the call itself. */
function isUnanswered(error: unknown): boolean {
  if (error instanceof SageMakerServiceException) return error.$fault === "server";
  return isNamed(error, "TimeoutError") || (error instanceof Error && "code" in error && NETWORK_CODES.has(error.code));
}

/** The answer of `DeleteApp` for an app that is still listed as `Deleted`. */
function isDeletedAlready(error: unknown): boolean {
  return (
    isNamed(error, "ValidationException") &&
    error instanceof Error &&
    /has already been deleted|was automatically deleted/.test(error.message)
  );
}

/** Every listed app, page by page; those that are deleted stay listed for a day, as `Deleted`. */
export async function* listApps(client: SageMakerClient): AsyncGenerator<readonly (App | UnreadableApp)[]> {
  for await (const { Apps = [] } of paginateListApps({ client }, { MaxResults: 100 })) {
    // One that is deleted is not judged, so nothing of it need be readable.
    yield Apps.map(readApp).filter((app, i) => !(app instanceof UnreadableApp && Apps[i]?.Status === "Deleted"));
  }
}

function readApp(item: unknown): App | UnreadableApp {
  try {
    return parseApp(item);
  } catch (error) {
    if (error instanceof UnreadableApp) return error;
    throw error;
  }
}

function requestFor({ domainId, owner, type, name }: AppAddress) {
  const ownerField = owner.kind === "space" ? { SpaceName: owner.name } : { UserProfileName: owner.name };
  if (!isAppType(type)) throw new Error(`expected an app type that the SDK knows, got ${JSON.stringify(type)}`);
  return { DomainId: domainId, ...ownerField, AppType: type, AppName: name };
}

function isAppType(type: string): type is AppType {
  return Object.values<string>(AppType).includes(type);
}
