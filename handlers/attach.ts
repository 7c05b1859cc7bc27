import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { readAttachConfig } from "../lib/attach/config.ts";
import { invoke, type AttachReport } from "../lib/attach/invoke.ts";
import { createAttachPorts } from "../lib/aws/attach-ports.ts";
import { putAnswer } from "../lib/aws/cloudformation.ts";

const logger = new Logger({ serviceName: process.env["POWERTOOLS_SERVICE_NAME"] ?? "studio-reaper" });

/**
 * Attaches the agent to the account's domains: as CloudFormation's custom resource at deploy and remove, and on a
 * schedule for new domains. A scheduled run that failed at anything rejects, so that Lambda counts an error and the
 * alarm rings.
 */
export const handler = middy<unknown, AttachReport>()
  .use(injectLambdaContext(logger))
  .handler((event, context) => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    return invoke(event, {
      // A wrong variable is answered, because it is read within the invocation. At load it would leave CloudFormation
      // without an answer for an hour.
      config: () => readAttachConfig(process.env),
      ports: (config) => createAttachPorts(config, remainingMs),
      answer: putAnswer,
      remainingMs,
      logStream: context.logStreamName,
      log: logger,
    });
  });
