import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import { clientEnvironment } from "../studio/clients.ts";
import type { Moto } from "../studio/moto.ts";
import { devTools } from "../studio/python.ts";

const names = v.array(v.string());
const Inventory = v.strictObject({
  stacks: names,
  functions: names,
  roles: names,
  policies: names,
  parameters: names,
  topics: names,
  logGroups: names,
  dashboards: names,
  buckets: names,
  environments: v.record(v.string(), v.record(v.string(), v.string())),
});
export type Inventory = v.InferOutput<typeof Inventory>;

/** What an account has of the kinds of things that a deploy makes. */
export async function inventory(moto: Moto): Promise<Inventory> {
  const { stdout } = await promisify(execFile)((await devTools()).python, [join(import.meta.dirname, "inventory.py")], {
    env: clientEnvironment(moto),
  });
  return v.parse(Inventory, JSON.parse(stdout));
}
