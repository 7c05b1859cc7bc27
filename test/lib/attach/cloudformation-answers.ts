import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import * as v from "valibot";

const Answer = v.object({
  Status: v.picklist(["SUCCESS", "FAILED"]),
  Reason: v.string(),
  PhysicalResourceId: v.string(),
  StackId: v.string(),
  RequestId: v.string(),
  LogicalResourceId: v.string(),
  Data: v.optional(v.record(v.string(), v.string()), {}),
});
export type Answer = v.InferOutput<typeof Answer> & {
  readonly bytes: number;
  readonly contentType: string | undefined;
};

/** Where CloudFormation waits for answers: takes each that is put there, after it has refused so many. */
export type AnswerServer = AsyncDisposable & { readonly url: string; readonly answers: Answer[]; refusals: number };

export async function startAnswerServer(): Promise<AnswerServer> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const isRefused = request.method !== "PUT" || here.refusals-- > 0;
      if (!isRefused)
        here.answers.push({
          ...v.parse(Answer, JSON.parse(body)),
          bytes: Buffer.byteLength(body),
          contentType: request.headers["content-type"],
        });
      response.writeHead(isRefused ? 503 : 200).end();
    });
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    resolve(typeof address === "object" && address ? address.port : 0);
  });
  const here: AnswerServer = {
    url: `http://127.0.0.1:${await promise}/answer?signature=1`,
    answers: [],
    refusals: 0,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<undefined>();
      server.close(() => {
        closed.resolve(undefined);
      });
      server.closeAllConnections();
      await closed.promise;
    },
  };
  return here;
}

/** A request as CloudFormation sends it. */
export function request(
  RequestType: string,
  ResponseURL: string,
  overrides: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    RequestType,
    ResponseURL,
    ServiceToken: "arn:aws:lambda:us-east-1:123456789012:function:studio-reaper-dev-attach",
    StackId: "arn:aws:cloudformation:us-east-1:123456789012:stack/studio-reaper-dev/1",
    RequestId: "request-1",
    LogicalResourceId: "Attachment",
    ResourceType: "Custom::StudioAttachment",
    ResourceProperties: { ServiceTimeout: "900", Revision: "1" },
    ...overrides,
  };
}
