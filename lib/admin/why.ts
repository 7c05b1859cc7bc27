// `npm run why`: what becomes of somebody's apps, and why, as the next sweep would judge them.
import { env } from "node:process";
import { createPorts } from "../aws/ports.ts";
import { readNamesAndOptions, readPrefix, runCommand, UsageError } from "./command-line.ts";
import { explain, explainStop } from "./explain.ts";
import { settleForLocalEndpoint } from "./local-endpoint.ts";
import { findApps } from "./look-up.ts";

const HELP = `Says of each app of a space or of a user profile whether the next sweep would
stop it, and why: the verdict, what each source shows, the policy that holds.
It reads, and changes nothing. Credentials are found as the AWS CLI finds them.

  npm run why -- NAME [options]

  --region R  the region, unless the environment or the profile has one
  --prefix P  what the parameters' names begin with (/studio-reaper)
  --help      this text
`;

await runCommand(async () => {
  const { values, positionals } = readNamesAndOptions(
    {
      region: { type: "string" },
      prefix: { type: "string", default: env["PARAMETER_PREFIX"] ?? "/studio-reaper" },
      help: { type: "boolean", default: false },
    },
    { names: 1 },
  );
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [name] = positionals;
  if (name === undefined) throw new UsageError("NAME is missing: the name of a space or of a user profile.");
  return why(name, values.region, readPrefix(values.prefix));
});

async function why(name: string, region: string | undefined, prefix: string): Promise<number> {
  if (region !== undefined) env["AWS_REGION"] = region;
  settleForLocalEndpoint(env);
  try {
    const ports = createPorts({ prefix, service: "studio-reaper", events: false });
    const { apps, stopped } = await findApps(ports, name, new Date());
    for (const app of apps) process.stdout.write(`${explain(app).join("\n")}\n\n`);
    for (const app of stopped) process.stdout.write(`${explainStop(app)}\n`);
    if (apps.length + stopped.length > 0) return 0;
    process.stderr.write(`No app runs that belongs to a space or a user profile named ${JSON.stringify(name)}.\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
  }
  return 1;
}
