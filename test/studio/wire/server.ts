import { randomUUID } from "node:crypto";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import * as v from "valibot";
import { CREDENTIALS_PATH, containerCredentials } from "./credentials.ts";
import { HangUp, type LoadedService, type Path, dispatch } from "./dispatch.ts";
import { AwsError } from "./errors.ts";
import type { Json } from "./operation.ts";

/** A listening endpoint; `close` also cuts the connections that clients keep alive. */
export type Endpoint = { url: string; close: () => Promise<void> };

const Input = v.record(v.string(), v.unknown());

/** Serves all services on one loopback port, each recognised by its X-Amz-Target prefix. */
export async function serve(services: readonly LoadedService[], path: Path, port: number): Promise<Endpoint> {
  const server = createServer((request, response) => void respond(services, path, request, response));
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once("error", reject).listen(port, "127.0.0.1", () => {
    resolve(undefined);
  });
  await promise;
  return { url: `http://127.0.0.1:${portOf(server.address())}`, close: () => closed(server) };
}

async function respond(
  services: readonly LoadedService[],
  path: Path,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (request.method === "GET" && request.url === CREDENTIALS_PATH) {
      send(response, 200, containerCredentials(Date.now()));
      return;
    }
    const [prefix = "", operation = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
    const loaded = services.find(({ service }) => service.targetPrefix === prefix);
    if (loaded === undefined)
      throw new AwsError("UnknownOperationException", `No service here answers to "${prefix}.${operation}".`);
    send(response, 200, await dispatch(loaded, operation, parseBody(await text(request)), path));
  } catch (error) {
    if (error instanceof HangUp) request.socket.destroy();
    else refuse(response, error);
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  // An error that no service knows is a bug of the Studio: show it, and answer as AWS does when it fails inside.
  if (!(error instanceof AwsError)) console.error(error);
  const { code, message, status } =
    error instanceof AwsError ? error : new AwsError("InternalFailure", String(error), 500);
  response.setHeader("x-amzn-errortype", code);
  // Some services spell it "Message": clients read either.
  send(response, status, { __type: code, message, Message: message });
}

function send(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() });
  response.end(JSON.stringify(body));
}

function parseBody(body: string): Json {
  try {
    const json: unknown = JSON.parse(body === "" ? "{}" : body);
    return v.parse(Input, json);
  } catch {
    throw new AwsError("SerializationException", "The body is not a JSON object.");
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("The endpoint has no port.");
  return address.port;
}

async function closed(server: ReturnType<typeof createServer>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.close(() => {
    resolve(undefined);
  });
  server.closeAllConnections();
  await promise;
}
