// Stands in for Lambda: a process that loads a handler and invokes it with one event after another.
import * as v from "valibot";
import { lambdaContext } from "../demo/invocation.ts";

const Handler = v.object({ handler: v.function() });
const { handler } = v.parse(Handler, await import(String(process.argv[2])));

process.on("message", (event) => {
  void invoke(event).then((end) => process.send?.(end));
});
process.send?.("loaded");

async function invoke(event: unknown): Promise<"succeeded" | "failed"> {
  try {
    await handler(event, lambdaContext());
    return "succeeded";
  } catch {
    return "failed";
  }
}
