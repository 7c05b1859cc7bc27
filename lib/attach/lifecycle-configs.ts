import { createHash } from "node:crypto";
import type { AttachConfig } from "./config.ts";
import type { AppType } from "./holder.ts";
import type { Journal } from "./journal.ts";
import type { AttachPorts } from "./ports.ts";

type Config = { readonly name: string; readonly createdAt: Date };

const TYPES = ["JupyterLab", "CodeEditor"] as const satisfies readonly AppType[];

/** No invocation takes longer: what was made longer ago is no other run's that is still about to attach it. */
export const LONGEST_RUN_MS = 900_000;

const HASH_CHARACTERS = 12;

/** The longest deployment's name that leaves a lifecycle configuration's room for its type and hash within the service's 63 characters. */
export const LONGEST_DEPLOYMENT = 63 - "-jupyterlab-".length - HASH_CHARACTERS;

/** A lifecycle configuration cannot be changed, so its name says what is in it. */
export function configName(deployment: string, type: AppType, script: string): string {
  return `${deployment}-${type.toLowerCase()}-${createHash("sha256").update(script).digest("hex").slice(0, HASH_CHARACTERS)}`;
}

/** Tells the lifecycle configurations of one deployment, of whichever script, from all others, by name or ARN. */
export function ownConfigs(deployment: string): (nameOrArn: string) => boolean {
  const name = new RegExp(`^${deployment}-(jupyterlab|codeeditor)-[0-9a-f]{${HASH_CHARACTERS}}$`);
  return (nameOrArn) => name.test(nameOrArn.replace(/^arn:.*studio-lifecycle-config\//, ""));
}

/** Makes sure that there is a lifecycle configuration of the script for each type of app; answers their ARNs. */
export async function ensureConfigs(
  { lifecycleConfigs }: AttachPorts,
  script: string,
  { deployment, tags }: Pick<AttachConfig, "deployment" | "tags">,
  journal: Journal,
) {
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

/** Deletes this deployment's lifecycle configurations but those to keep; what is still in use stays for the next time. */
export async function pruneConfigs(
  { lifecycleConfigs, time }: AttachPorts,
  deployment: string,
  keep: readonly string[],
  journal: Journal,
): Promise<void> {
  const isOwn = ownConfigs(deployment);
  const isKept = ({ name }: Config): boolean => keep.some((arn) => arn.endsWith(`/${name}`));
  const isYoung = ({ createdAt }: Config): boolean => time.now().getTime() - createdAt.getTime() < LONGEST_RUN_MS;
  for (const type of TYPES) {
    const own = (await lifecycleConfigs.list(`${deployment}-${type.toLowerCase()}`)).filter(({ name }) => isOwn(name));
    const kept = own.find(isKept);
    const isInTheMaking = (config: Config): boolean =>
      kept !== undefined && config.createdAt > kept.createdAt && isYoung(config);
    for (const config of own)
      if (!isKept(config) && !isInTheMaking(config))
        await pruneConfig({ lifecycleConfigs, time }, config.name, journal);
  }
}

async function pruneConfig(
  { lifecycleConfigs, time }: Pick<AttachPorts, "lifecycleConfigs" | "time">,
  name: string,
  journal: Journal,
): Promise<void> {
  try {
    if (time.isShort()) throw new Error("not deleted: the time is over");
    const outcome = await lifecycleConfigs.delete(name);
    if (outcome === "deleted")
      journal.change({ what: "deleted a lifecycle configuration", on: name, why: "nothing uses it" });
    if (outcome === "in-use")
      journal.leave({
        on: name,
        reason: "in-use",
        detail: "Apps that run with it, or settings that name it, keep it; it is deleted once nothing does.",
      });
  } catch (error) {
    journal.fail(name, error);
  }
}
