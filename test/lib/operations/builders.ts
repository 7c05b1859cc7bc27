import type { OperationsSettings } from "../../../lib/operations/settings.ts";

const attach = { functionName: "studio-reaper-attach", schedule: "rate(1 hour)" };

/** The settings of a deployment as it is by default, under the name that functions have for themselves without one. */
export function operationsSettings(overrides: Partial<OperationsSettings> = {}): OperationsSettings {
  return { ...leastSettings(), attach, alarmTopic: { Ref: "AlarmTopic" }, ...overrides };
}

/** The least that there can be: nothing is attached, and nobody is told. */
export function leastSettings(): OperationsSettings {
  return {
    name: "studio-reaper",
    sweep: { functionName: "studio-reaper-sweep", schedule: "rate(1 minute)" },
    coverageShare: 0.8,
  };
}
