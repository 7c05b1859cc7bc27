import { once } from "node:events";
import { type IncomingMessage, type RequestListener, createServer } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { buildAgent } from "../../lcc/build.ts";
import type { AgentPiece } from "../../lib/domain/agent-archive.ts";

const seconds = v.pipe(v.number(), v.integer(), v.minValue(0));
const word = v.strictObject({
  v: v.literal(1),
  agent: v.string(),
  up: seconds,
  sampleEvery: seconds,
  renewIn: seconds,
  idle: v.record(v.string(), v.nullable(seconds)),
  busy: v.record(
    v.string(),
    v.strictObject({ what: v.pipe(v.string(), v.maxLength(120)), for: seconds, still: v.optional(seconds) }),
  ),
  connections: v.nullable(seconds),
  why: v.optional(v.record(v.string(), v.pipe(v.string(), v.maxLength(80)))),
  notice: v.optional(v.strictObject({ id: v.string(), for: seconds })),
  keepAlive: v.optional(
    v.strictObject({ for: seconds, since: seconds, while: v.optional(v.pipe(v.string(), v.maxLength(200))) }),
  ),
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
/**
 * What the account says to a call: an error code refuses it. `pieces` are the agent's, by default as the build makes
 * them.
 */
export type Account = {
  instructions: string | undefined;
  notice?: string | undefined;
  refuse: (call: string) => string | undefined;
  pieces?: readonly AgentPiece[];
};

const targets = /^AmazonSSM\.(?:PutParameter|GetParameters|GetParametersByPath)$/;
const Path = v.object({ Path: v.string() });
const Names = v.object({ Names: v.array(v.string()) });

/** Parameter Store as an app uses it: hands out the agent, the instructions and the notice, keeps the heartbeats. */
export async function standInParameterStore(
  account: Account,
  port = 0,
): Promise<Standing & { heard: Heard[]; callers: string[] }> {
  const heard: Heard[] = [];
  const callers: string[] = [];
  const built = await buildAgent();
  const answer = (target: string, body: string): [number, unknown] => {
    const call = target.replace("AmazonSSM.", "");
    const refusal = targets.test(target) ? account.refuse(call) : "UnknownOperationException";
    if (refusal !== undefined) return [400, { __type: refusal, message: `refused: ${refusal}` }];
    if (call === "GetParametersByPath") {
      const { Path: path } = v.parse(Path, JSON.parse(body));
      const found = account.pieces ?? built.pieces;
      return [200, { Parameters: found.map(({ name, value }) => ({ Name: `${path}/${name}`, Value: value })) }];
    }
    if (call === "GetParameters") {
      const values = v.parse(Names, JSON.parse(body)).Names.map((Name) => ({
        Name,
        Value: Name.includes("/notices/") ? account.notice : account.instructions,
      }));
      return [200, { Parameters: values.filter(({ Value }) => Value !== undefined) }];
    }
    const { Name: name, Value: told } = v.parse(put, JSON.parse(body));
    heard.push({ name, word: told, atMs: performance.now() });
    return [200, { Version: heard.length }];
  };
  const standing = await stand(async (request, response) => {
    callers.push(callerOf(request));
    const [status, told] = answer(String(request.headers["x-amz-target"]), await textOf(request));
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(told));
  }, port);
  return { ...standing, heard, callers };
}

/** Whose key signed a request, and for which region. */
function callerOf({ headers }: IncomingMessage): string {
  const [, key = "", region = ""] = /Credential=([^/]+)\/\d+\/([^/]+)/.exec(headers.authorization ?? "") ?? [];
  return `${key} ${region}`;
}

/** A server on a loopback port, a free one unless it is given; `upgrade` takes over connections that ask for that. */
export async function stand(
  answer: (...call: Parameters<RequestListener>) => void | Promise<void>,
  port = 0,
  upgrade?: (request: IncomingMessage, connection: Duplex) => void,
): Promise<Standing> {
  const server = createServer((request, response) => {
    Promise.resolve(answer(request, response)).catch((error: unknown) => {
      // A client that is ended in the middle of its request is no mistake of the test's.
      if (request.complete) throw error;
    });
  });
  if (upgrade) server.on("upgrade", upgrade);
  await once(server.listen(port, "127.0.0.1"), "listening");
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
