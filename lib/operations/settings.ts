/** A function of the deployment, and when it is invoked. */
export type ScheduledFunction = { readonly functionName: string; readonly schedule: string };

/** What a deployment's dashboard and alarms depend on. */
export type OperationsSettings = {
  /** `studio-reaper-<stage>`: the metrics' dimension `service`, and the beginning of the names of what is made here. */
  readonly name: string;
  readonly sweep: ScheduledFunction;
  /** Absent where nothing is attached. */
  readonly attach?: ScheduledFunction;
  /** The share of reporting apps below which an alarm rings: above 0, at most 1. */
  readonly coverageShare: number;
  /** An SNS topic's ARN, or what CloudFormation resolves to one; without one, alarms notify nobody. */
  readonly alarmTopic?: string | Readonly<Record<string, unknown>>;
};

/** A resource of the CloudFormation template. */
export type Resource = {
  readonly Type: string;
  readonly DependsOn?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
};
