import { type AwsAccount, arnOf } from "../aws-account.ts";
import { type Json, timestamp } from "../wire/operation.ts";
import type { Parameter, Version } from "./store.ts";

/** A parameter with its value, as the reads answer it. */
export function valued(account: AwsAccount, { name }: Parameter, version: Version): Json {
  return {
    Name: name,
    Type: version.type,
    Value: version.value,
    Version: version.version,
    LastModifiedDate: timestamp(version.modifiedAt),
    ARN: parameterArn(account, name),
    DataType: version.dataType,
  };
}

/** A parameter without its value, as DescribeParameters and the history answer it. */
export function metadata(account: AwsAccount, { name }: Parameter, version: Version): Json {
  return {
    Name: name,
    Type: version.type,
    Version: version.version,
    Tier: version.tier,
    DataType: version.dataType,
    Description: version.description,
    AllowedPattern: version.allowedPattern,
    LastModifiedDate: timestamp(version.modifiedAt),
    LastModifiedUser: `arn:aws:iam::${account.accountId}:root`,
    Policies: [],
  };
}

/** The ARN of a parameter: one slash before its name, whether the name has it or not. */
export function parameterArn(account: AwsAccount, name: string): string {
  return arnOf(account, "ssm", `parameter/${name.replace(/^\//, "")}`);
}
