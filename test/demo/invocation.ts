import { randomUUID } from "node:crypto";
import type { Context, ScheduledEvent } from "aws-lambda";

const FUNCTION_NAME = "studio-reaper-sweep";

/** The event that EventBridge Scheduler invokes the function with. */
export function scheduledEvent(now: Date): ScheduledEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account: "123456789012",
    time: now.toISOString(),
    region: process.env["AWS_REGION"] ?? "us-east-1",
    resources: [],
    detail: {},
  };
}

/** What Lambda hands a handler beside the event. */
export function lambdaContext(): Context {
  const ended = (): never => {
    throw new Error("a handler that returns a promise has no use for this");
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: FUNCTION_NAME,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${FUNCTION_NAME}`,
    memoryLimitInMB: "256",
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${FUNCTION_NAME}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => 300_000,
    // The type still asks for the callbacks of old; a handler that used one of them is told so.
    /* eslint-disable @typescript-eslint/no-deprecated */
    done: ended,
    fail: ended,
    succeed: ended,
    /* eslint-enable @typescript-eslint/no-deprecated */
  };
}
