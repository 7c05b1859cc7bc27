import * as v from "valibot";
import { readServerlessYml } from "../serverless-yml.ts";

const oneOrMore = v.union([
  v.pipe(
    v.string(),
    v.transform((one) => [one]),
  ),
  v.array(v.string()),
]);
const Statement = v.looseObject({
  Sid: v.string(),
  Effect: v.literal("Allow"),
  Action: oneOrMore,
  Resource: oneOrMore,
});
const Role = v.looseObject({
  Properties: v.looseObject({
    Policies: v.array(v.looseObject({ PolicyDocument: v.looseObject({ Statement: v.array(Statement) }) })),
  }),
});
const Part = v.looseObject({ Resources: v.record(v.string(), v.unknown()) });
const Serverless = v.looseObject({
  resources: v.union([
    v.array(v.unknown()),
    v.pipe(
      Part,
      v.transform((part) => [part]),
    ),
  ]),
});

/** What a function may do: actions, and the resources that it may do them to, with `*` in them as IAM has it. */
export type Statement = v.InferOutput<typeof Statement>;

/** The deployment that the role is read for: the values that the recorded calls were made with. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  "AWS::Partition": "aws",
  "AWS::Region": "us-east-1",
  "AWS::AccountId": "123456789012",
  "deploy:prefix": "/studio-reaper",
  "deploy:name": "studio-reaper-dev",
  HeartbeatPolicy: "arn:aws:iam::123456789012:policy/studio-reaper-dev-heartbeats",
};

/** The statements of a role in serverless.yml, but for the runtime's own about logs. */
export async function statementsOf(role: "SweepRole" | "AttachRole"): Promise<readonly Statement[]> {
  const { resources } = v.parse(Serverless, await readServerlessYml());
  const found = resources.flatMap((part) => (v.is(Part, part) ? (part.Resources[role] ?? []) : []));
  const statements = v
    .parse(Role, found[0])
    .Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return statements
    .map((statement) => ({ ...statement, Resource: statement.Resource.map(inPlace) }))
    .filter(({ Action }) => !Action.every((action) => action.startsWith("logs:")));
}

/** Whether a resource in a statement takes in a resource's ARN. */
export function takesIn(pattern: string, arn: string): boolean {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, (character) => `\\${character}`);
  return new RegExp(`^${escaped.replaceAll("*", ".*")}$`).test(arn);
}

function inPlace(resource: string): string {
  return resource.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    const value = PLACEHOLDERS[name];
    if (value === undefined)
      throw new Error(`serverless.yml: a role's resource has \${${name}}, which this test gives no value`);
    return value;
  });
}
