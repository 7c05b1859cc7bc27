import { withoutControls } from "../domain/text.ts";
import type { Policy } from "../policy/document.ts";
import { nameOf } from "../policy/resolve.ts";
import type { Candidate } from "../sweep/candidate.ts";

/** What a policy would make of the apps that run, in lines for a terminal, by the rule that holds for them. */
export function effectLines({ rules }: Policy, candidates: readonly Candidate[]): readonly string[] {
  const names = [...rules.map(nameOf), undefined];
  const byRule = names.map((name) => ({ name, apps: candidates.filter(({ policy }) => holdsFor(policy, name)) }));
  const inDoubt = candidates.filter(({ policy }) => policy.doubt !== undefined);
  return [
    `It would hold for ${counted(candidates.length)} now:`,
    ...byRule.flatMap(({ name = "defaults", apps }) => [`  ${name}: ${counted(apps.length)}`, ...apps.map(appLine)]),
    ...(inDoubt.length === 0 ? [] : [`  in doubt: ${counted(inDoubt.length)}`, ...inDoubt.map(appLine)]),
  ];
}

function holdsFor({ rule, doubt }: Candidate["policy"], name: string | undefined): boolean {
  return doubt === undefined && rule === name;
}

function appLine({ app, policy, verdict }: Candidate): string {
  const does = verdict.verdict === "keep" ? "keep" : policy.mode === "live" ? "stop" : "would stop";
  return `    ${app.key}: ${does}, ${verdict.reason}: ${withoutControls(verdict.detail)}`;
}

function counted(apps: number): string {
  return apps === 1 ? "1 app" : `${apps === 0 ? "no" : apps} apps`;
}
