import type { Config } from "../sweep/config.ts";
import type { Ports } from "../sweep/ports.ts";
import { createClients } from "./clients.ts";
import { createHeartbeats } from "./heartbeats.ts";
import { createPace } from "./pace.ts";
import { createSettings } from "./settings.ts";
import { createStudio } from "./studio.ts";

/** A sweep's ports on the account that the environment's credentials and region lead to. */
export function createPorts({ prefix }: Config): Ports {
  const pace = createPace();
  const { sageMaker, ssm } = createClients(pace);
  return {
    studio: createStudio(sageMaker),
    heartbeats: createHeartbeats(ssm, prefix),
    settings: createSettings(ssm, prefix),
    quotaShareUsed: () => pace.takeQuotaShareUsed(),
  };
}
