import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as v from "valibot";
import { loadTemplate } from "../serverless-yml.ts";
import { filledIn, PolicyDocument, statementsOf } from "./roles.ts";

const PAGE = await readFile(join(import.meta.dirname, "../../docs/execution-roles.md"), "utf8");
const Role = v.object({ Policies: v.tuple([v.object({ PolicyDocument })]) });

/** The one code block of docs/execution-roles.md in this language that has a text. */
function block(language: string, text: string): string {
  const blocks = [...PAGE.matchAll(/```(\w+)\n(.*?)```/gs)].flatMap(([, name, code = ""]) =>
    name === language && code.includes(text) ? [code] : [],
  );
  assert.equal(blocks.length, 1, `docs/execution-roles.md: a block of ${language} with ${text}`);
  return blocks[0] ?? "";
}

/** Whoever changes the HeartbeatPolicy changes that page with it, for those who have pasted its statements. */
describe("the statements that the docs have for one's own execution role", () => {
  it("are the HeartbeatPolicy's, in CloudFormation", async () => {
    const { Policies } = v.parse(Role, loadTemplate(block("yaml", "studio-reaper-heartbeats")));
    assert.deepEqual(filledIn(Policies[0].PolicyDocument), await statementsOf("HeartbeatPolicy"));
  });

  it("are the HeartbeatPolicy's, in Terraform", async () => {
    const [, json = ""] = /<<-JSON\n(.*?)\n *JSON\n/s.exec(block("hcl", "studio-reaper-heartbeats")) ?? [];
    // Terraform reads $${ as the text ${, which IAM then reads as a variable.
    const document = json.replaceAll("$${aws:", "${!aws:");
    const parameters = { "local.studio_reaper": "arn:aws:ssm:us-east-1:123456789012:parameter/studio-reaper" };
    const statements = filledIn(v.parse(PolicyDocument, JSON.parse(document)), parameters);
    assert.deepEqual(statements, await statementsOf("HeartbeatPolicy"));
  });
});
