import {
  DescribeDomainCommand,
  type DescribeDomainCommandOutput,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { unlessNamed } from "../domain/errors.ts";
import { secondsBetween } from "../policy/time.ts";
import type { StudioDomain } from "../sweep/ports.ts";

/** A domain is asked about this often: what it is hardly ever changes. */
const ASK_AFTER_SECONDS = 3600;

/** Whether a domain belongs to SageMaker Unified Studio. */
export function isUnifiedStudio({ DomainSettings }: Pick<DescribeDomainCommandOutput, "DomainSettings">): boolean {
  return DomainSettings?.UnifiedStudioSettings !== undefined;
}

/** Describes domains, and remembers each for an hour. One that is gone has no name. */
export function createDomainLookup(
  client: SageMakerClient,
  clock: () => Date = () => new Date(),
): (domainId: string) => Promise<StudioDomain> {
  const known = new Map<string, { readonly domain: StudioDomain; readonly askedAt: Date }>();
  return async (domainId) => {
    const now = clock();
    const last = known.get(domainId);
    if (last && secondsBetween(last.askedAt, now) < ASK_AFTER_SECONDS) return last.domain;
    const call = client.send(new DescribeDomainCommand({ DomainId: domainId }));
    const answer = await unlessNamed(call, "ResourceNotFound");
    const domain = { name: answer?.DomainName, isUnifiedStudio: answer !== undefined && isUnifiedStudio(answer) };
    known.set(domainId, { domain, askedAt: now });
    return domain;
  };
}
