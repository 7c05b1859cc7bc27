import * as v from "valibot";

const Resource = v.looseObject({ Type: v.string(), Properties: v.optional(v.record(v.string(), v.unknown())) });
const Template = v.looseObject({ Resources: v.record(v.string(), Resource) });

/** The template with a permissions boundary on each of its roles. */
export function withPermissionsBoundary(template: unknown, boundary: string | undefined): unknown {
  if (boundary === undefined) return template;
  const { Resources, ...rest } = v.parse(Template, template);
  const bound = (resource: v.InferOutput<typeof Resource>) =>
    resource.Type === "AWS::IAM::Role"
      ? { ...resource, Properties: { ...resource.Properties, PermissionsBoundary: boundary } }
      : resource;
  const bounded = Object.entries(Resources).map(([name, resource]) => [name, bound(resource)] as const);
  return { ...rest, Resources: Object.fromEntries(bounded) };
}
