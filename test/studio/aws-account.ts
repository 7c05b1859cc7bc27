/** Whose account it is, where, and what time it is there. */
export type AwsAccount = { region: string; accountId: string; now: () => number };

/** The ARN of a resource in the account, e.g. `space/d-1/training`. */
export function arnOf({ region, accountId }: AwsAccount, service: "sagemaker" | "ssm", resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
