import * as v from "valibot";

const Resource = v.looseObject({
  Condition: v.exactOptional(v.string()),
  DependsOn: v.optional(v.union([v.string(), v.array(v.string())])),
});
const Template = v.looseObject({
  Conditions: v.exactOptional(v.record(v.string(), v.boolean())),
  Resources: v.record(v.string(), Resource),
});
const If = v.strictObject({ "Fn::If": v.strictTuple([v.string(), v.unknown(), v.unknown()]) });

/**
 * A template without its conditions, which are true or false by now: of the resources only those that there will be, so that neither the
 * stack nor a linter meets one that is not.
 */
export function settleConditions(template: unknown): Record<string, unknown> {
  const { Conditions: conditions = {}, ...rest } = v.parse(Template, template);
  const holds = ({ Condition: name }: v.InferOutput<typeof Resource>) =>
    name === undefined || conditionOf(name, conditions);
  const there = Object.entries(rest.Resources).filter(([, resource]) => holds(resource));
  const names = new Set(there.map(([name]) => name));
  const Resources = Object.fromEntries(there.map(([name, resource]) => [name, settled(resource, names)]));
  return Object.fromEntries(
    Object.entries({ ...rest, Resources }).map(([name, part]) => [name, chosen(part, conditions)]),
  );
}

function settled(resource: v.InferOutput<typeof Resource>, there: ReadonlySet<string>): object {
  const copy = { ...resource, DependsOn: [resource.DependsOn ?? []].flat().filter((other) => there.has(other)) };
  delete copy.Condition;
  return copy.DependsOn.length > 0 ? copy : { ...copy, DependsOn: undefined };
}

/** A value with every `Fn::If` replaced by the side that holds. */
function chosen(value: unknown, conditions: Readonly<Record<string, boolean>>): unknown {
  if (Array.isArray(value)) return value.map((item) => chosen(item, conditions));
  if (typeof value !== "object" || value === null) return value;
  if (v.is(If, value)) {
    const [name, yes, no] = value["Fn::If"];
    return chosen(conditionOf(name, conditions) ? yes : no, conditions);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, chosen(item, conditions)]));
}

function conditionOf(name: string, conditions: Readonly<Record<string, boolean>>): boolean {
  const condition = conditions[name];
  if (condition === undefined) throw new Error(`Conditions.${name}: is missing`);
  return condition;
}
