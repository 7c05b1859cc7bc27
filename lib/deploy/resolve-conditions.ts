import * as v from "valibot";

const Resource = v.looseObject({
  Condition: v.exactOptional(v.string()),
  DependsOn: v.optional(v.union([v.string(), v.array(v.string())])),
});
const Template = v.looseObject({
  Conditions: v.exactOptional(v.record(v.string(), v.boolean())),
  Resources: v.record(v.string(), Resource),
});
const NoValue = v.strictObject({ Ref: v.literal("AWS::NoValue") });
const If = v.strictObject({ "Fn::If": v.strictTuple([v.string(), v.unknown(), v.unknown()]) });

/**
 * The template without its conditions, each of which is true or false. Resources with a false condition are left out,
 * so that a linter checks exactly what will be deployed.
 */
export function resolveConditions(template: unknown): Record<string, unknown> {
  const { Conditions: conditions = {}, ...rest } = v.parse(Template, template);
  const holds = ({ Condition: name }: v.InferOutput<typeof Resource>) =>
    name === undefined || conditionOf(name, conditions);
  const kept = Object.entries(rest.Resources).filter(([, resource]) => holds(resource));
  const names = new Set(kept.map(([name]) => name));
  const Resources = Object.fromEntries(kept.map(([name, resource]) => [name, withoutCondition(resource, names)]));
  return Object.fromEntries(
    Object.entries({ ...rest, Resources }).map(([name, part]) => [name, resolved(part, conditions)]),
  );
}

function withoutCondition(resource: v.InferOutput<typeof Resource>, kept: ReadonlySet<string>): object {
  const copy = { ...resource, DependsOn: [resource.DependsOn ?? []].flat().filter((other) => kept.has(other)) };
  delete copy.Condition;
  return copy.DependsOn.length > 0 ? copy : { ...copy, DependsOn: undefined };
}

/** The value with every `Fn::If` replaced by the side that its condition selects, and no `AWS::NoValue` in lists. */
function resolved(value: unknown, conditions: Readonly<Record<string, boolean>>): unknown {
  if (Array.isArray(value))
    return value.map((item) => resolved(item, conditions)).filter((item) => !v.is(NoValue, item));
  if (typeof value !== "object" || value === null) return value;
  if (v.is(If, value)) {
    const [name, yes, no] = value["Fn::If"];
    return resolved(conditionOf(name, conditions) ? yes : no, conditions);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, conditions)]));
}

function conditionOf(name: string, conditions: Readonly<Record<string, boolean>>): boolean {
  const condition = conditions[name];
  if (condition === undefined) throw new Error(`Conditions.${name}: is missing`);
  return condition;
}
