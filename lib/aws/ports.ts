import type { SweepConfig } from "../sweep/config.ts";
import { LateReading } from "../sweep/late-reading.ts";
import { NO_EVENTS, type Ports } from "../sweep/ports.ts";
import { rememberSightings } from "../sweep/remember-sightings.ts";
import { createClients } from "./clients.ts";
import { createEvents } from "./events.ts";
import { createFleetMemory } from "./fleet-memory.ts";
import { createHeartbeats } from "./heartbeats.ts";
import { createLease } from "./lease.ts";
import { createNotices } from "./notices.ts";
import { pacedWriter } from "./parameters.ts";
import { publishInstructions, readPolicy } from "./policy-parameters.ts";
import { createRateLimiter } from "./rate-limiter.ts";
import { createSightingPages } from "./sighting-pages.ts";
import { createStudio } from "./studio.ts";
import { readTags } from "./tags.ts";

/** A sweep's ports to the account and region of the environment's credentials. */
export function createPorts({ prefix, service, events }: SweepConfig, limiter = createRateLimiter()): Ports {
  const { sageMaker, sageMakerOnce, ssm, tagging, eventBridge } = createClients(limiter);
  // One writer for all, so that together they keep to the sweep's share.
  const write = pacedWriter(ssm);
  return {
    studio: createStudio(sageMaker, sageMakerOnce),
    heartbeats: createHeartbeats(ssm, prefix),
    notices: createNotices(ssm, prefix, write),
    lateReading: new LateReading(),
    readTags: (keys) => readTags(tagging, keys),
    readPolicy: () => readPolicy(ssm, prefix),
    publishInstructions: (instructions) => publishInstructions(ssm, prefix, instructions),
    sightings: rememberSightings(createSightingPages(ssm, prefix, write)),
    fleetMemory: createFleetMemory(ssm, prefix, write),
    events: events ? createEvents(eventBridge, service) : NO_EVENTS,
    lease: createLease(ssm, `${prefix}/leases/sweep`),
    quotaShareUsed: () => limiter.takeQuotaShareUsed(),
  };
}
