import {
  DescribeDomainCommand,
  type DescribeDomainCommandOutput,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { unlessNamed } from "../domain/errors.ts";
import { secondsBetween } from "../policy/time.ts";

/** A domain is asked about this often: what it is hardly ever changes. */
const ASK_AFTER_SECONDS = 3600;

/** Whether a domain belongs to SageMaker Unified Studio. */
export function isUnifiedStudio({ DomainSettings }: Pick<DescribeDomainCommandOutput, "DomainSettings">): boolean {
  return DomainSettings?.UnifiedStudioSettings !== undefined;
}

/** Tells Unified Studio's domains, and remembers each for an hour. One that is gone is none of them. */
export function createUnifiedStudioLookup(
  client: SageMakerClient,
  clock: () => Date = () => new Date(),
): (domainId: string) => Promise<boolean> {
  const known = new Map<string, { readonly answer: boolean; readonly askedAt: Date }>();
  return async (domainId) => {
    const now = clock();
    const last = known.get(domainId);
    if (last && secondsBetween(last.askedAt, now) < ASK_AFTER_SECONDS) return last.answer;
    const call = client.send(new DescribeDomainCommand({ DomainId: domainId }));
    const domain = await unlessNamed(call, "ResourceNotFound");
    const answer = domain !== undefined && isUnifiedStudio(domain);
    known.set(domainId, { answer, askedAt: now });
    return answer;
  };
}
