/** The last part of a resource's ARN: the name of a role, without its path, or of a lifecycle configuration. */
export const resourceName = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);
