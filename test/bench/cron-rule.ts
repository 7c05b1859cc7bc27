import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";

// What a cron job costs that asks the server for its sessions and terminals and compares their last activity with now.
const check = `
import importlib, sys
from datetime import datetime, timezone
import requests
base = sys.argv[1]
for name in sys.argv[2:]:
    importlib.import_module(name)
sessions = requests.get(base + "api/sessions", timeout=10).json()
terminals = requests.get(base + "api/terminals", timeout=10).json()
stamps = [one["kernel"]["last_activity"] for one in sessions] + [one["last_activity"] for one in terminals]
last = max(datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc) for stamp in stamps)
sys.exit((datetime.now(timezone.utc) - last).total_seconds() > 1e9)`;

const repeated = `
import json, resource, subprocess, sys
for _ in range(int(sys.argv[1])):
    subprocess.run([sys.executable, *sys.argv[2:]], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"cpuSeconds": used.ru_utime + used.ru_stime, "peakMiB": used.ru_maxrss / 1024}))`;

const Cost = v.object({ cpuSeconds: v.number(), peakMiB: v.number() });

/** Where a check finds the server, and what else it imports. */
export type CronRule = { python: string; folder: string; baseUrl: string; imports: readonly string[] };

/**
 * The classic cron script's rule, so many checks of it: each a fresh Python. Without cron itself and the shell that it
 * starts.
 */
export async function measureCronRule(
  { python, folder, baseUrl, imports }: CronRule,
  checks: number,
): Promise<v.InferOutput<typeof Cost>> {
  const script = join(folder, "check.py");
  await writeFile(script, check);
  const { stdout } = await promisify(execFile)(python, ["-c", repeated, String(checks), script, baseUrl, ...imports]);
  return v.parse(Cost, JSON.parse(stdout));
}
