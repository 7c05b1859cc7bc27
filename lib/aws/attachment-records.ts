import { DeleteParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { RecordExists, type Records, type RoleRecord } from "../attach/ports.ts";
import { formatRecord, parseRecord } from "../attach/record.ts";
import { targetName, type TargetKey } from "../attach/settings-target.ts";
import { DOMAIN_ID } from "../domain/domain-id.ts";
import { isNamed, unlessNamed } from "../domain/errors.ts";
import { parametersBelow, readParameter, writeParameter } from "./parameters.ts";

const ROLES = "roles/";

const Role = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    v: v.literal(1),
    name: v.string(),
    policyArn: v.string(),
    domains: v.exactOptional(v.array(v.string())),
  }),
);

/** The records of what was attached: one parameter below `<prefix>/attachments/` per domain, profile and role. */
export function createRecords(client: SSMClient, prefix: string): Records {
  const folder = `${prefix}/attachments/`;
  const nameOf = (key: TargetKey): string => folder + targetName(key);
  const roleNameOf = (name: string): string => `${folder}${ROLES}${parameterSegment(name)}`;
  return {
    async targets() {
      const tails: string[] = [];
      for await (const { Name = folder } of parametersBelow(client, folder)) tails.push(Name.slice(folder.length));
      return tails.flatMap((tail) => toKey(tail) ?? []);
    },
    async read(key) {
      const name = nameOf(key);
      const parameter = await readParameter(client, name);
      return parameter === undefined ? {} : parseRecord(parameter.Value ?? "", name);
    },
    async write(key, record, first) {
      if (Object.keys(record).length === 0) return deleteRecord(client, nameOf(key));
      try {
        await writeParameter(client, nameOf(key), formatRecord(record), { overwrite: !first });
      } catch (error) {
        if (first && isNamed(error, "ParameterAlreadyExists")) throw new RecordExists(nameOf(key), { cause: error });
        throw error;
      }
    },
    async roles() {
      const roles: RoleRecord[] = [];
      for await (const { Name, Value = "" } of parametersBelow(client, folder + ROLES)) {
        if (!Name) continue;
        const parsed = v.safeParse(Role, Value);
        if (!parsed.success) throw new Error(`the record ${Name} cannot be read: ${parsed.issues[0].message}`);
        const { name, policyArn, domains } = parsed.output;
        roles.push({ name, policyArn, ...(domains && { domains }) });
      }
      return roles;
    },
    async writeRole(role) {
      const record = { v: 1, ...role };
      await writeParameter(client, roleNameOf(role.name), JSON.stringify(record));
    },
    forgetRole: (name) => deleteRecord(client, roleNameOf(name)),
  };
}

/** Deletes the parameter of a record, if there is one. */
export async function deleteRecord(client: SSMClient, Name: string): Promise<void> {
  await unlessNamed(client.send(new DeleteParameterCommand({ Name })), "ParameterNotFound");
}

/** `undefined` for a parameter that is not the record of a domain or a profile. */
function toKey(tail: string): TargetKey | undefined {
  const [domainId = "", profile, ...more] = tail.split("/");
  if (!DOMAIN_ID.test(domainId) || profile === "" || more.length > 0) return undefined;
  return profile === undefined ? { domainId } : { domainId, profile };
}

/** A role's name in the characters that a parameter's name may have. The record's value has the name as it is. */
function parameterSegment(roleName: string): string {
  return roleName.replace(/[^\w-]/g, (character) => `.${character.charCodeAt(0).toString(16)}.`);
}
