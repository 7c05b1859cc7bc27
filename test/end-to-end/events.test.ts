import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { AddTagsCommand } from "@aws-sdk/client-sagemaker";
import * as v from "valibot";
import { eventJsonSchema } from "../../lib/deploy/event-schemas.ts";
import { EVENT_TYPES } from "../../lib/sweep/events.ts";
import { heartbeatText } from "../account/heartbeat.ts";
import { loadTemplate } from "../serverless-yml.ts";
import type { BusEvent } from "../studio/eventbridge/bus.ts";
import { devTools } from "../studio/python.ts";
import { setStage, type Stage } from "./stage.ts";

const DAY_MS = 86_400_000;

/** Runs a program with JSON as its one argument; answers what it prints, which is JSON, too. */
async function python(program: string, input: unknown): Promise<unknown> {
  const { stdout } = await promisify(execFile)((await devTools()).python, ["-c", program, JSON.stringify(input)]);
  return JSON.parse(stdout);
}

const VALIDATE = `
import json, jsonschema, sys
answers = []
for schema, event in json.loads(sys.argv[1]):
    validator = jsonschema.Draft7Validator(json.loads(schema), format_checker=jsonschema.FormatChecker())
    answers.append([error.message for error in validator.iter_errors(event)])
print(json.dumps(answers))`;

/** The reference emulator's own matching of rules. */
const MATCH = `
import json, sys
from moto.events.models import EventPattern
patterns, events = json.loads(sys.argv[1])
matches = lambda pattern, event: EventPattern.load(json.dumps(pattern)).matches_event(event)
print(json.dumps([[matches(pattern, event) for event in events] for pattern in patterns]))`;

const Matches = v.array(v.array(v.boolean()));
const InputTransformer = v.object({ InputPathsMap: v.record(v.string(), v.string()), InputTemplate: v.string() });
type InputTransformer = v.InferOutput<typeof InputTransformer>;
const Rule = v.object({
  Type: v.literal("AWS::Events::Rule"),
  Properties: v.object({
    EventPattern: v.record(v.string(), v.unknown()),
    Targets: v.array(v.object({ InputTransformer })),
  }),
});
const Template = v.object({ Resources: v.record(v.string(), v.looseObject({ Type: v.string() })) });

/** The rules of the templates in docs/events.md, by name. */
async function documentedRules(): Promise<ReadonlyMap<string, v.InferOutput<typeof Rule>>> {
  const page = await readFile(new URL("../../docs/events.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/```yaml\n(Resources:\n[^`]*)```/g)].map(([, yaml = ""]) => yaml);
  const resources = blocks.flatMap((yaml) => Object.entries(v.parse(Template, loadTemplate(yaml)).Resources));
  return new Map(resources.flatMap(([name, resource]) => (v.is(Rule, resource) ? [[name, resource]] : [])));
}

/** What EventBridge makes of a template: it writes a text as JSON, but within quotes as it is. */
function transformed({ InputPathsMap, InputTemplate }: InputTransformer, event: BusEvent): unknown {
  const textOf = (name: string) => {
    const value = valueAt(event, InputPathsMap[name] ?? "");
    return v.parse(v.string(`no ${name} in ${event["detail-type"]}`), value);
  };
  const filled = InputTemplate.replaceAll(/"[^"]*"|<(\w+)>/g, (token, name: string | undefined) =>
    name === undefined
      ? token.replaceAll(/<(\w+)>/g, (_, inner: string) => textOf(inner))
      : JSON.stringify(textOf(name)),
  );
  return JSON.parse(filled);
}

function valueAt(event: unknown, path: string): unknown {
  return path
    .split(".")
    .slice(1)
    .reduce<unknown>((value, key) => (value instanceof Object ? Reflect.get(value, key) : undefined), event);
}

/** What the exported handler puts on the event bus, over the wire. */
describe("events over the wire", () => {
  let stage: Stage;
  let events: readonly BusEvent[];
  const of = (type: string) => events.filter((event) => event["detail-type"] === type);

  /** A fleet so idle that the breaker trips, then a part of it, some of it warned, and one kept. */
  before(async () => {
    process.env["EVENTS"] = "true";
    stage = await setStage({ instances: "none" });
    const { studio, account } = stage;
    const say = (space: string, idleSeconds: number) => {
      studio.seed.parameters([{ name: account.heartbeatName(space), value: heartbeatText(idleSeconds) }]);
    };
    const spaces = Array.from({ length: 60 }, (_, i) => `space-${i}`);
    for (const space of spaces) {
      studio.seed.apps([{ spaceName: space, createdAt: Date.now() - DAY_MS }]);
      say(space, 4000);
    }
    await account.createSpace("adas");
    studio.seed.apps([{ spaceName: "adas", createdAt: Date.now() - DAY_MS }]);
    say("adas", 3100);
    const rule = { name: "warns", match: { space: "adas" }, set: { warnBefore: 600 } };
    await account.putPolicy({ version: 1, mode: "dry-run", rules: [rule] });
    await stage.sweep();
    assert.deepEqual(studio.bus.events, [], "a dry run tells nobody anything");
    await account.putPolicy({ version: 1, mode: "live", rules: [rule] });
    await stage.sweep();
    for (const space of spaces.slice(2)) say(space, 60);
    await account.sageMaker.send(
      new AddTagsCommand({
        ResourceArn: `arn:aws:sagemaker:${studio.region}:123456789012:space/${account.domainId}/space-1`,
        Tags: [{ Key: "studio-reaper:keep-until", Value: new Date(Date.now() + DAY_MS).toISOString() }],
      }),
    );
    await stage.sweep();
    await stage.sweep();
    events = [...studio.bus.events];
  });
  after(() => stage.studio.close());

  it("are one of each kind, and none is said twice", () => {
    assert.deepEqual(events.map((event) => event["detail-type"]).toSorted(), [...EVENT_TYPES].toSorted());
  });

  it("are in the deployment's name, and say whose the app is", () => {
    for (const { source, detail } of events)
      assert.deepEqual([source, detail["v"], detail["deployment"]], ["studio-reaper", 1, "studio-reaper"]);
    const [warned] = of("warned");
    assert.partialDeepStrictEqual(warned?.detail, {
      space: "adas",
      userProfile: stage.studio.userProfileName,
      rule: "warns",
    });
  });

  it("are what their published schemas say", async () => {
    const pairs = EVENT_TYPES.flatMap((type) => of(type).map((event) => [eventJsonSchema(type), event]));
    assert.deepEqual(
      await python(VALIDATE, pairs),
      pairs.map(() => []),
    );
    const [stopped] = of("stopped");
    const broken = { ...stopped, detail: { ...stopped?.detail, stoppedAt: 12 } };
    assert.notDeepEqual(await python(VALIDATE, [[eventJsonSchema("stopped"), broken]]), [[]]);
  });

  it("are matched by the documented rules, and no other service's events are", async () => {
    const rules = await documentedRules();
    assert.deepEqual([...rules.keys()], ["MailRule", "ChatRule"]);
    const patterns = [...rules.values()].map(({ Properties }) => Properties.EventPattern);
    const foreign = events.map((event) => ({ ...event, source: "aws.sagemaker" }));
    const matched = v.parse(Matches, await python(MATCH, [patterns, [...events, ...foreign]]));
    const types = matched.map((matches) => events.filter((_, i) => matches[i]).map((event) => event["detail-type"]));
    assert.deepEqual(
      types.map((found) => found.toSorted()),
      [["stopped", "warned"], [...EVENT_TYPES].toSorted()],
    );
    assert.ok(matched.every((matches) => !matches.slice(events.length).includes(true)));
  });

  it("become what the documented targets take", async () => {
    const rules = await documentedRules();
    const [mail, chat] = ["MailRule", "ChatRule"].map(
      (name) => rules.get(name)?.Properties.Targets[0]?.InputTransformer,
    );
    assert.ok(mail && chat);
    for (const event of [...of("warned"), ...of("stopped")])
      assert.deepEqual(transformed(mail, event), {
        text: event.detail["text"],
        userProfile: event.detail["userProfile"],
      });
    for (const event of events)
      assert.deepEqual(transformed(chat, event), {
        version: "1.0",
        source: "custom",
        content: { title: `Studio Reaper: ${event["detail-type"]}`, description: event.detail["text"] },
      });
  });
});
