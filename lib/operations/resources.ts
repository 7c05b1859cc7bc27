import { alarmResources } from "./alarms.ts";
import { dashboardBody } from "./dashboard.ts";
import type { OperationsSettings, Resource } from "./settings.ts";

export type { OperationsSettings, Resource } from "./settings.ts";

/**
 * A deployment's dashboard and alarms, as CloudFormation resources by logical id. Throws where a schedule is invalid,
 * or fires too rarely to be watched.
 */
export function operationsResources(settings: OperationsSettings): Readonly<Record<string, Resource>> {
  const alarms = alarmResources(settings);
  return { Dashboard: dashboard(settings, alarms), ...alarms };
}

/** The name has the region in it, since an account's dashboards share their names across regions. */
function dashboard({ name, ...settings }: OperationsSettings, alarms: Readonly<Record<string, Resource>>): Resource {
  const body = dashboardBody({
    ...settings,
    region: "${AWS::Region}",
    service: name,
    alarms: Object.values(alarms).map(
      ({ Properties }) =>
        `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${String(Properties["AlarmName"])}`,
    ),
  });
  return {
    Type: "AWS::CloudWatch::Dashboard",
    Properties: {
      DashboardName: { "Fn::Sub": `${name}-\${AWS::Region}` },
      DashboardBody: { "Fn::Sub": JSON.stringify(body) },
    },
  };
}
