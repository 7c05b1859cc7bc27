import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { IAMClient } from "@aws-sdk/client-iam";
import { SageMakerClient, type SageMakerClientConfig } from "@aws-sdk/client-sagemaker";
import { SSMClient } from "@aws-sdk/client-ssm";
import { InvalidPolicy } from "../policy/document.ts";
import type { AccountClients } from "./account.ts";
import type { StageParameters } from "./given-parameters.ts";
import { Refused } from "./refused.ts";

/** The parts of the Serverless framework that the plugin uses. */
export type Serverless = {
  readonly serviceDir: string;
  readonly service: {
    readonly service: string;
    readonly provider: { compiledCloudFormationTemplate: unknown };
    readonly functions: Record<string, unknown>;
  };
  readonly configurationInput: { readonly params?: StageParameters };
  readonly processedInput: {
    readonly commands: readonly string[];
    readonly options: { readonly param?: readonly string[] };
  };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
  getProvider(name: "aws"): {
    getStage(): string;
    getRegion(): string;
    getAwsSdkV3Config(): Promise<SageMakerClientConfig & { region: string }>;
  };
};
export type Log = Readonly<Record<"notice" | "warning", (message: string) => void>>;

/** The commands that make a template. All others, above all `remove`, must work whatever policy.yml says. */
const MAKES_TEMPLATE = ["package", "deploy", "print"];

export const makesTemplate = ({ processedInput }: Serverless): boolean =>
  MAKES_TEMPLATE.includes(processedInput.commands[0] ?? "");

export const isCommand = ({ processedInput }: Serverless, command: string): boolean =>
  processedInput.commands.join(" ") === command;

/** The SDK's clients with the credentials and the region of the command. */
export async function clientsOf(serverless: Serverless): Promise<AccountClients> {
  const config = await serverless.getProvider("aws").getAwsSdkV3Config();
  return {
    cloudFormation: new CloudFormationClient(config),
    iam: new IAMClient(config),
    sageMaker: new SageMakerClient(config),
    ssm: new SSMClient(config),
  };
}

/**
 * Rethrows an error, a refusal as one of the framework's own: it prints these as messages, any other with its stack.
 */
export function rethrow(error: unknown, { classes, processedInput }: Serverless): never {
  if (!(error instanceof Refused || error instanceof InvalidPolicy)) throw error;
  const outcome = processedInput.commands[0] === "deploy" ? "deployed" : "done";
  throw new classes.Error(`${error.message}\nNothing was ${outcome}.`, "REFUSED");
}
