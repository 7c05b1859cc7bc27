import { DeleteParameterCommand, GetParameterCommand, paginateGetParametersByPath, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { holderName, type HolderKey } from "../attach/holder.ts";
import { RecordExists, type Records, type RoleRecord } from "../attach/ports.ts";
import { formatRecord, parseRecord } from "../attach/record.ts";
import { isNamed } from "../errors.ts";

const ROLES = "roles/";

const Role = v.pipe(v.string(), v.parseJson(), v.object({ v: v.literal(1), name: v.string(), policyArn: v.string() }));

/** The records of what was attached, below `<prefix>/attachments/`: one parameter per domain, profile and role. */
export function createRecords(client: SSMClient, prefix: string): Records {
  const folder = `${prefix}/attachments/`;
  const nameOf = (key: HolderKey): string => folder + holderName(key);
  const roleNameOf = ({ name }: RoleRecord): string => `${folder}${ROLES}${parameterSegment(name)}`;
  const put = (Name: string, Value: string, Overwrite: boolean) => client.send(new PutParameterCommand({ Name, Value, Overwrite, Type: "String", Tier: "Standard" }));
  return {
    async holders() {
      const tails: string[] = [];
      for await (const { name } of below(client, folder)) tails.push(name.slice(folder.length));
      return tails.flatMap((tail) => toKey(tail) ?? []);
    },
    async read(key) {
      const name = nameOf(key);
      try {
        const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
        return parseRecord(Parameter?.Value ?? "", name);
      } catch (error) {
        if (isNamed(error, "ParameterNotFound")) return {};
        throw error;
      }
    },
    async write(key, record, first) {
      if (Object.keys(record).length === 0) return remove(client, nameOf(key));
      try {
        await put(nameOf(key), formatRecord(record), !first);
      } catch (error) {
        if (first && isNamed(error, "ParameterAlreadyExists")) throw new RecordExists(nameOf(key), { cause: error });
        throw error;
      }
    },
    async roles() {
      const roles: RoleRecord[] = [];
      for await (const { name, value } of below(client, folder + ROLES)) {
        const parsed = v.safeParse(Role, value);
        if (!parsed.success) throw new Error(`the record ${name} cannot be read: ${parsed.issues[0].message}`);
        roles.push({ name: parsed.output.name, policyArn: parsed.output.policyArn });
      }
      return roles;
    },
    async writeRole(role) {
      await put(roleNameOf(role), JSON.stringify({ v: 1, name: role.name, policyArn: role.policyArn }), true);
    },
    forgetRole: (role) => remove(client, roleNameOf(role)),
  };
}

async function* below(client: SSMClient, path: string): AsyncGenerator<{ name: string; value: string }> {
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client }, { Path: path, Recursive: true, MaxResults: 10 })) {
    for (const { Name: name, Value: value = "" } of Parameters) if (name) yield { name, value };
  }
}

async function remove(client: SSMClient, Name: string): Promise<void> {
  try {
    await client.send(new DeleteParameterCommand({ Name }));
  } catch (error) {
    if (!isNamed(error, "ParameterNotFound")) throw error;
  }
}

/** `undefined` for what is no domain's and no profile's record. */
function toKey(tail: string): HolderKey | undefined {
  const [, domainId, profile] = /^(d-[^/]+)(?:\/([^/]+))?$/.exec(tail) ?? [];
  if (domainId === undefined) return undefined;
  return profile === undefined ? { domainId } : { domainId, profile };
}

/** A role's name in the characters that a parameter's name may have; the record itself has it as it is. */
function parameterSegment(roleName: string): string {
  return roleName.replace(/[^\w-]/g, (character) => `.${character.charCodeAt(0).toString(16)}.`);
}
