import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { readAgent } from "../attach/agent.ts";
import type { AttachConfig } from "../attach/config.ts";
import { outcomeName } from "../attach/outcome.ts";
import type { AttachPorts, Time } from "../attach/ports.ts";
import { forgetAgents } from "./agent-parameters.ts";
import { createAgentPieces } from "./agent-pieces.ts";
import { createApps } from "./attached-apps.ts";
import { createRecords, deleteRecord } from "./attachment-records.ts";
import { createChoices } from "./choices.ts";
import { createClients } from "./clients.ts";
import { createDomains } from "./domains.ts";
import { createLease } from "./lease.ts";
import { createLifecycleConfigs } from "./lifecycle-configs.ts";
import { readParameter, writeParameter } from "./parameters.ts";
import { createRateLimiter } from "./rate-limiter.ts";
import { createRoles } from "./roles.ts";

/** Looks again after 0.2 s, 0.4 s …, and then every 5 s, for two minutes in all: a domain takes seconds to update. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
const MOST_LOOKS = 28;

/** Enough for what has begun to end and to be reported. */
const RESERVE_MS = 60_000;

/** Its parameter lies among the records, but is none of them. */
const LEASE = "lease";

/** The ports to the account and region of the environment's credentials. */
export function createAttachPorts(
  { prefix, scriptFile, agentFile }: AttachConfig,
  remainingMs: () => number,
): AttachPorts {
  const { sageMaker, ssm } = createClients(createRateLimiter());
  const lease = createLease(ssm, `${prefix}/attachments/${LEASE}`);
  return {
    agent: async () => readAgent(await readFile(scriptFile, "utf8"), await readFile(agentFile)),
    agentPieces: createAgentPieces(ssm, prefix),
    lifecycleConfigs: createLifecycleConfigs(sageMaker),
    domains: createDomains(sageMaker),
    records: createRecords(ssm, prefix),
    roles: createRoles(),
    choices: createChoices(sageMaker),
    apps: createApps(sageMaker, ssm, prefix),
    outcome: {
      read: async () => (await readParameter(ssm, outcomeName(prefix)))?.Value,
      write: async (text) => {
        await writeParameter(ssm, outcomeName(prefix), text);
      },
      forget: () => deleteRecord(ssm, outcomeName(prefix)),
    },
    forgetAgents: () => forgetAgents(ssm, prefix),
    lease: {
      acquire: () => lease.acquire(Math.max(1, Math.ceil(remainingMs() / 1_000))),
      forget: () => deleteRecord(ssm, `${prefix}/attachments/${LEASE}`),
    },
    time: invocationTime(remainingMs),
  };
}

/** The time of one invocation that has so many milliseconds left. */
export function invocationTime(remainingMs: () => number): Time {
  return {
    now: () => new Date(),
    async waitToLookAgain(looks) {
      if (looks >= MOST_LOOKS) return false;
      await sleep(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** looks));
      return true;
    },
    isRunningOut: () => remainingMs() < RESERVE_MS,
  };
}
