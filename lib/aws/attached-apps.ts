import type { SageMakerClient } from "@aws-sdk/client-sagemaker";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { Apps } from "../attach/ports.ts";
import { UnreadableApp } from "../domain/app.ts";
import { appParametersBelow } from "./app-parameters.ts";
import { listApps } from "./studio.ts";

/** The account's apps, and the times of their heartbeats. An app that cannot be read is left out. */
export function createApps(sageMaker: SageMakerClient, ssm: SSMClient, prefix: string): Apps {
  return {
    async *all() {
      for await (const page of listApps(sageMaker))
        for (const app of page) if (!(app instanceof UnreadableApp)) yield app;
    },
    async *heartbeats() {
      for await (const page of appParametersBelow(ssm, `${prefix}/heartbeats/`))
        for (const [key, { LastModifiedDate: at }] of page) if (at) yield { key, at };
    },
  };
}
