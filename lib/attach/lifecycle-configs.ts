import { resourceName } from "../domain/arn.ts";
import { LONGEST_INVOCATION_SECONDS } from "../domain/lease.ts";
import { attemptInTime } from "./attempt.ts";
import type { AttachConfig } from "./config.ts";
import type { FormerConfigs } from "./former-configs.ts";
import type { Journal } from "./journal.ts";
import { configName, ownConfigs } from "./lifecycle-config-name.ts";
import { listed } from "./listed.ts";
import type { AttachPorts } from "./ports.ts";
import type { AppType } from "./settings-target.ts";

type Run = { readonly ports: Pick<AttachPorts, "lifecycleConfigs" | "time">; readonly journal: Journal };
type PruningRun = Run & { readonly former: Pick<FormerConfigs, "kept"> };
type Config = { readonly name: string; readonly createdAt: Date };

const TYPES = ["JupyterLab", "CodeEditor"] as const satisfies readonly AppType[];

/** What was made longer ago, no other run is still about to attach. */
export const LONGEST_RUN_MS = LONGEST_INVOCATION_SECONDS * 1000;

const MOST_SPACES_NAMED = 10;

/** Makes sure that there is a lifecycle configuration with the script for each type of app; answers their ARNs. */
export async function ensureConfigs(
  { ports: { lifecycleConfigs }, journal }: Run,
  script: string,
  { deployment, tags }: Pick<AttachConfig, "deployment" | "tags">,
): Promise<Readonly<Record<AppType, string>>> {
  const ensure = async (type: AppType): Promise<string> => {
    const name = configName(deployment, type, script);
    const found = await lifecycleConfigs.find(name);
    if (found !== undefined) return found;
    const arn = await lifecycleConfigs.create({ name, type, script, tags });
    journal.change({ what: "made a lifecycle configuration", on: name, why: "the script is new" });
    return arn;
  };
  return { JupyterLab: await ensure("JupyterLab"), CodeEditor: await ensure("CodeEditor") };
}

/**
 * Deletes this deployment's lifecycle configurations except those to keep and those that stay listed. What is in use
 * stays for a later run.
 */
export async function pruneConfigs(run: PruningRun, deployment: string, keep: readonly string[]): Promise<void> {
  const { lifecycleConfigs, time } = run.ports;
  const isOwn = ownConfigs(deployment);
  const listed = new Map([...run.former.kept].map(([arn, spaces]) => [resourceName(arn), spaces]));
  const isKept = ({ name }: Config): boolean => keep.some((arn) => resourceName(arn) === name);
  const isYoung = ({ createdAt }: Config): boolean => time.now().getTime() - createdAt.getTime() < LONGEST_RUN_MS;
  for (const type of TYPES) {
    const own = (await lifecycleConfigs.list(`${deployment}-${type.toLowerCase()}`)).filter(({ name }) => isOwn(name));
    const kept = own.find(isKept);
    // A run with a newer script may have made it, and be about to attach it.
    const isPending = (config: Config): boolean =>
      kept !== undefined && config.createdAt > kept.createdAt && isYoung(config);
    for (const config of own) {
      const spaces = listed.get(config.name);
      if (isKept(config) || isPending(config)) continue;
      if (spaces === undefined) await pruneConfig(run, config.name);
      else skipListed(run, config.name, spaces);
    }
  }
}

function skipListed({ journal }: Run, name: string, spaces: ReadonlySet<string>): void {
  const value = spaces.size === 0 ? null : listed([...spaces].slice(0, MOST_SPACES_NAMED), spaces.size);
  const detail =
    "Users chose it for these spaces, or apps of these spaces run with it. They would not start without it, so it " +
    "stays in the list to choose from. It can go once they have chosen another, or are deleted.";
  journal.skip({ on: name, reason: "in-use", detail, value });
}

async function pruneConfig(run: Run, name: string): Promise<void> {
  await attemptInTime(run, name, async () => {
    const outcome = await run.ports.lifecycleConfigs.delete(name);
    if (outcome === "deleted")
      run.journal.change({ what: "deleted a lifecycle configuration", on: name, why: "nothing uses it" });
    if (outcome === "in-use")
      run.journal.skip({
        on: name,
        reason: "in-use",
        detail: "Apps that run with it, or settings that name it, still use it. It is deleted once nothing does.",
      });
  });
}
