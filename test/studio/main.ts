// `npm run studio`: the embedded Studio in the foreground, until a signal ends it.
import { once } from "node:events";
import { readOptions, readWhole, runCommand } from "../../lib/admin/command-line.ts";
import { endSignal } from "./end-signal.ts";
import { type EmbeddedStudio, type StudioOptions, startStudio } from "./index.ts";

const HELP = `The embedded SageMaker Studio: SageMaker and SSM on one loopback port, with real
Jupyter servers as apps.

  npm run studio -- [--port N] [--python P] [--keep-creation-time]

  --port N     listen on this port (default: any free one)
  --python P   a Python that has jupyter_server, for the apps
               (default: the project's own, made at the first start)
  --keep-creation-time
               an app that starts again within 24 hours of its deletion keeps
               its CreationTime, which AWS's documentation allows (default: each
               start has its own)
  --help       this text

When it is ready, it prints one JSON line: {endpoint, domainId, userProfileName}.
Set AWS_ENDPOINT_URL to the endpoint for any AWS SDK or the AWS CLI, AWS_REGION to
us-east-1, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to anything. It runs
until SIGINT or SIGTERM and ends its apps when it ends. With STUDIO_KEEP=1 in the
environment the apps' folders and logs stay.
`;

await runCommand(async () => {
  const { help, ...values } = readOptions({
    port: { type: "string", default: "0" },
    python: { type: "string" },
    "keep-creation-time": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  });
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const port = readWhole("--port", values.port, [0, 65_535]);
  await serve({
    port,
    recordsCalls: false,
    keepsCreationTime: values["keep-creation-time"],
    ...(values.python !== undefined && { python: values.python }),
  });
  return 0;
});

async function serve(options: StudioOptions): Promise<void> {
  const signal = endSignal();
  let studio: EmbeddedStudio;
  try {
    studio = await startStudio({ ...options, signal });
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  const { endpoint, domainId, userProfileName } = studio;
  process.stdout.write(`${JSON.stringify({ endpoint, domainId, userProfileName })}\n`);
  if (!signal.aborted) await once(signal, "abort");
  await studio.close();
}
