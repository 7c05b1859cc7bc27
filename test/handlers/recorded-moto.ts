import { once } from "node:events";
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import * as v from "valibot";
import type { Call } from "../studio/calls.ts";
import { startMoto } from "../studio/moto.ts";

/** A moto server behind a proxy that records every call of a query protocol, like IAM's. */
export type RecordedMoto = AsyncDisposable & {
  readonly endpoint: string;
  readonly calls: readonly Call[];
  readonly direct: string;
};

/** Starts one. `direct` is the server's own address, for a test's own calls, which are not recorded. */
export async function startRecordedMoto(service: string): Promise<RecordedMoto> {
  const moto = await startMoto();
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const { Action: operation = "", ...input } = Object.fromEntries(new URLSearchParams(body.toString()));
      calls.push({ service, operation, input, at: Date.now() });
      const headers = Object.entries(request.headers).filter(
        ([name]) => !["host", "connection", "content-length"].includes(name),
      );
      const answer = await fetch(`${moto.endpoint}${request.url ?? "/"}`, {
        method: "POST",
        headers: headers.map(([name, value]) => [name, String(value)]),
        body,
      });
      response
        .writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/xml" })
        .end(await answer.text());
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = v.parse(v.object({ port: v.number() }), server.address());
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await moto.close();
  };
  return { endpoint: `http://127.0.0.1:${port}`, direct: moto.endpoint, calls, [Symbol.asyncDispose]: close };
}
