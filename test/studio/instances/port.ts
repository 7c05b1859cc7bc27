import { createServer } from "node:net";

const given = new Set<number>();

/** A port that is free now and that this process has not given to another app. */
export async function freePort(): Promise<number> {
  const port = await unusedPort();
  if (given.has(port)) return freePort();
  given.add(port);
  return port;
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once("error", reject).listen(0, "127.0.0.1", () => {
    const address = server.address();
    const port = address === null || typeof address === "string" ? 0 : address.port;
    server.close(() => {
      resolve(port);
    });
  });
  return promise;
}
