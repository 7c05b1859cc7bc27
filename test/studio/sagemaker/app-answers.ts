import { type Json, timestamp } from "../wire/operation.ts";
import type { App } from "./state.ts";

/** An app as ListApps has it: without its ARN, and with its creation time in units of so many milliseconds. */
export function summary(app: App, unitMs = 1): Json {
  const { domainId, owner, appType, appName, status, createdAt, resourceSpec } = app;
  const ownerMember = owner.kind === "space" ? { SpaceName: owner.name } : { UserProfileName: owner.name };
  return {
    DomainId: domainId,
    ...ownerMember,
    AppType: appType,
    AppName: appName,
    Status: status,
    CreationTime: timestamp(Math.floor(createdAt / unitMs) * unitMs),
    ResourceSpec: resourceSpec,
  };
}

/** An app as DescribeApp has it. Health checks count as user activity there, so that time never shows idleness. */
export function described(app: App, now: number): Json {
  const checkedAt = app.status === "InService" ? timestamp(now) : undefined;
  return {
    ...summary(app),
    AppArn: app.arn,
    FailureReason: app.failureReason,
    RecoveryMode: app.recoveryMode,
    BuiltInLifecycleConfigArn: app.builtInArn,
    LastHealthCheckTimestamp: checkedAt,
    LastUserActivityTimestamp: checkedAt,
  };
}
