import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { clientEnvironment } from "../studio/clients.ts";
import type { EmbeddedStudio } from "../studio/index.ts";
import { studioPython } from "../studio/python.ts";

const run = promisify(execFile);
const VERSION = "0.9.53";
const FOLDER = resolve("build/custodian");

/** Custodian knows no idleness; this lists every app, and filters by its age. */
const POLICY = `policies:
  - name: apps
    resource: aws.sagemaker-app
    filters: [{type: value, key: CreationTime, value_type: age, op: gt, value: 30}]
`;

/** How long Cloud Custodian, as it is on PyPI, takes to list and describe the apps of an account, and its calls. */
export async function runCustodian(studio: EmbeddedStudio): Promise<{ seconds: number; calls: number }> {
  const custodian = await installCustodian();
  await using tags = await noTags();
  const folder = await mkdtemp(join(tmpdir(), "studio-reaper-custodian-"));
  try {
    await writeFile(join(folder, "policy.yml"), POLICY);
    const before = studio.calls.length;
    const startedAt = performance.now();
    await run(custodian, ["run", "--cache-period", "0", "--output-dir", folder, join(folder, "policy.yml")], {
      env: { ...clientEnvironment(studio), ...tags.environment, AWS_MAX_ATTEMPTS: "10", HOME: folder },
      maxBuffer: 1e8,
    });
    return { seconds: (performance.now() - startedAt) / 1000, calls: studio.calls.length - before + tags.calls() };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A Tagging API for an account without tags, which Custodian asks about every app. */
async function noTags() {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls++;
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end('{"ResourceTagMappingList":[],"PaginationToken":""}');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stand-in has no port");
  return {
    calls: () => calls,
    environment: { AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: `http://127.0.0.1:${address.port}` },
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

async function installCustodian(): Promise<string> {
  const custodian = join(FOLDER, "bin", "custodian");
  if (existsSync(custodian)) return custodian;
  await run(await studioPython(), ["-m", "venv", FOLDER]);
  await run(join(FOLDER, "bin", "pip"), ["install", "--quiet", `c7n==${VERSION}`], { maxBuffer: 1e8 });
  return custodian;
}
