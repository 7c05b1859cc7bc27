import { once } from "node:events";
import { type IncomingMessage, type RequestListener, createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";

const seconds = v.pipe(v.number(), v.integer(), v.minValue(0));
const word = v.strictObject({
  v: v.literal(1),
  agent: v.string(),
  up: seconds,
  sampleEvery: seconds,
  renewIn: seconds,
  idle: v.record(v.string(), v.nullable(seconds)),
  busy: v.record(v.string(), v.strictObject({ what: v.pipe(v.string(), v.maxLength(120)), for: seconds })),
  connections: v.nullable(seconds),
});
const put = v.strictObject({
  Name: v.string(),
  Value: v.pipe(v.string(), v.maxLength(1024), v.excludes("{{"), v.parseJson(), word),
  Type: v.literal("String"),
  Tier: v.literal("Standard"),
  Overwrite: v.literal(true),
});

/** Something on a loopback port, until it is disposed of. */
export type Standing = AsyncDisposable & { port: number };
export type Word = v.InferOutput<typeof word>;
/** A heartbeat as Parameter Store got it. */
export type Heard = { name: string; word: Word; atMs: number };
/** What the account says to a call: an error code refuses it. */
export type Account = { instructions: string | undefined; refuse: (call: string) => string | undefined };

const targets = /^AmazonSSM\.(?:Put|Get)Parameter$/;

/** Parameter Store as the agent uses it: keeps the heartbeats, hands out the instructions. */
export async function standInParameterStore(account: Account): Promise<Standing & { heard: Heard[] }> {
  const heard: Heard[] = [];
  const answer = (target: string, body: string): [number, unknown] => {
    const call = target.replace("AmazonSSM.", "");
    const refusal = targets.test(target) ? account.refuse(call) : "UnknownOperationException";
    if (refusal !== undefined) return [400, { __type: refusal, message: `refused: ${refusal}` }];
    if (call === "GetParameter")
      return account.instructions === undefined
        ? [400, { __type: "ParameterNotFound" }]
        : [200, { Parameter: { Value: account.instructions } }];
    const { Name: name, Value: told } = v.parse(put, JSON.parse(body));
    heard.push({ name, word: told, atMs: performance.now() });
    return [200, { Version: heard.length }];
  };
  const standing = await stand(async (request, response) => {
    const [status, told] = answer(String(request.headers["x-amz-target"]), await textOf(request));
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(told));
  });
  return { ...standing, heard };
}

/** A server on a free loopback port. */
export async function stand(answer: (...call: Parameters<RequestListener>) => void | Promise<void>): Promise<Standing> {
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await once(server.close(), "close");
  };
  return { port: address.port, [Symbol.asyncDispose]: close };
}

/** Waits until something is there; throws, with what the last look showed, where it does not come. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  patience = 30,
): Promise<T> {
  const deadline = performance.now() + patience * 1000;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await sleep(50);
  }
  throw new Error(`not within ${patience} seconds: ${what}`);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += String(piece);
  return text;
}
