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
/** A policy document, as a template or a README has it. */
export const PolicyDocument = v.looseObject({ Statement: v.array(Statement) });
const Policy = v.looseObject({ PolicyDocument });
/** The policies of a role, or a managed policy. */
const Policies = v.union([
  v.pipe(
    v.looseObject({ Policies: v.array(Policy) }),
    v.transform((role) => role.Policies),
  ),
  v.pipe(
    Policy,
    v.transform((policy) => [policy]),
  ),
]);
const Permissions = v.looseObject({ Properties: Policies });
const Part = v.looseObject({ Resources: v.record(v.string(), v.unknown()) });
const Serverless = v.looseObject({
  custom: v.looseObject({ arns: v.record(v.string(), v.string()) }),
  resources: v.union([
    v.array(v.unknown()),
    v.pipe(
      Part,
      v.transform((part) => [part]),
    ),
  ]),
});

/**
 * Actions that a function or an app may call, and the resources that it may call them on, with IAM's `*` for any text.
 */
export type Statement = v.InferOutput<typeof Statement>;

/** What the placeholders of a resource stand for in the deployment that the recorded calls belong to. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  "AWS::Partition": "aws",
  "AWS::Region": "us-east-1",
  "AWS::AccountId": "123456789012",
  "deploy:prefix": "/studio-reaper",
  "deploy:name": "studio-reaper-dev",
  "deploy:attach.domainArns": "arn:aws:sagemaker:us-east-1:123456789012:domain/*",
  "deploy:attach.profileArns": "arn:aws:sagemaker:us-east-1:123456789012:user-profile/*/*",
  "deploy:attach.spaceArns": "arn:aws:sagemaker:us-east-1:123456789012:space/*/*",
  "deploy:attach.changedProfileArns": "arn:aws:sagemaker:us-east-1:123456789012:user-profile/*/*",
  "deploy:attach.detachedRoleArns": "arn:aws:iam::123456789012:role/*",
  HeartbeatPolicy: "arn:aws:iam::123456789012:policy/studio-reaper-dev-heartbeats",
  // The domain names the user to IAM; a statement of its own is for domains that do not.
  "!aws:SourceIdentity": "ada",
};

/** The policies that parameters add to a role. */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  SweepRole: ["PublishPolicy"],
  AttachRole: ["AttachToRolesPolicy", "DetachFromRolesPolicy", "ChangeProfilesPolicy"],
};

/** The statements of a role or a managed policy in serverless.yml, without those for the function's own logs. */
export async function statementsOf(
  resource: "SweepRole" | "AttachRole" | "HeartbeatPolicy",
): Promise<readonly Statement[]> {
  const { resources, custom } = v.parse(Serverless, await readServerlessYml());
  const found = resources.flatMap((part) =>
    v.is(Part, part) ? [resource, ...(ADDED[resource] ?? [])].flatMap((name) => part.Resources[name] ?? []) : [],
  );
  const policies = v.parse(v.array(Permissions), found).flatMap(({ Properties }) => Properties);
  const arns = Object.entries(custom.arns).map(([name, arn]) => [`self:custom.arns.${name}`, arn] as const);
  return policies
    .flatMap(({ PolicyDocument }) => filledIn(PolicyDocument, Object.fromEntries(arns)))
    .filter(({ Action }) => !Action.every((action) => action.startsWith("logs:")));
}

/** The statements of a document, with the values of their resources' placeholders. */
export function filledIn(
  { Statement: statements }: v.InferOutput<typeof PolicyDocument>,
  more: Readonly<Record<string, string>> = {},
): readonly Statement[] {
  const values = new Map(Object.entries({ ...PLACEHOLDERS, ...more }));
  return statements.map((statement) => ({
    ...statement,
    Resource: statement.Resource.map((arn) => fillIn(arn, values)),
  }));
}

/** Whether a statement's resource, in which `*` stands for any text, covers an ARN. */
export function covers(pattern: string, arn: string): boolean {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, (character) => `\\${character}`);
  return new RegExp(`^${escaped.replaceAll("*", ".*")}$`).test(arn);
}

function fillIn(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined)
      throw new Error(`serverless.yml: a statement's resource has \${${name}}, which this test gives no value`);
    return fillIn(value, values);
  });
}
