import { parseArgs } from "node:util";
import { SetupError } from "./host-python.ts";
import { startStudio } from "./index.ts";
import { leftBehindByNpm } from "./left-behind.ts";

const help = `The embedded SageMaker Studio: SageMaker and SSM on one loopback port, with real Jupyter servers as apps.

  npm run studio -- [--port N] [--python P]

  --port N     listen on this port (default: any free one)
  --python P   a Python that has jupyter_server, for the apps (default: the project's own, made at the first start)
  --help       this text

When it is ready, it prints one JSON line: {endpoint, domainId, userProfileName}. Set AWS_ENDPOINT_URL to the endpoint for
any AWS SDK or the AWS CLI. It runs until SIGINT or SIGTERM and ends its apps when it ends.
`;

const parentCheckMs = 500;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      python: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const ended = end();
  const studio = await startStudio({
    port: portOf(values.port),
    recordsCalls: false,
    ...(values.python === undefined ? {} : { python: values.python }),
  });
  const { endpoint, domainId, userProfileName } = studio;
  process.stdout.write(`${JSON.stringify({ endpoint, domainId, userProfileName })}\n`);
  await ended;
  await studio.close();
}

function portOf(text: string): number {
  const port = Number(text);
  if (text.trim() === "" || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new SetupError(`--port takes a number from 0 to 65535, not "${text}".`);
  return port;
}

function end(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      resolve(undefined);
    });
  const isLeftBehind = leftBehindByNpm();
  setInterval(() => {
    if (isLeftBehind()) resolve(undefined);
  }, parentCheckMs).unref();
  return promise;
}

function isMistake(error: unknown): error is Error {
  if (error instanceof SetupError) return true;
  return (
    error instanceof Error && "code" in error && /^(EADDRINUSE|EACCES|ERR_PARSE_ARGS_\w+)$/.test(String(error.code))
  );
}

try {
  await main();
} catch (error) {
  if (!isMistake(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
