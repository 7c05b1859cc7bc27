import { setTimeout as sleep } from "node:timers/promises";
import { sayError } from "../domain/errors.ts";

const ATTEMPTS = 4;
const FIRST_WAIT_MS = 250;
const TIMEOUT_MS = 3_000;

/** Sends the answer to the address where CloudFormation waits for it; rejects where several attempts failed. */
export async function putAnswer(url: string, body: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await put(url, body);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS)
        throw new Error(`CloudFormation could not be answered: ${sayError(error)}`, { cause: error });
      await sleep(FIRST_WAIT_MS * 2 ** attempt);
    }
  }
}

async function put(url: string, body: string): Promise<void> {
  // The URL's signature includes an empty content type.
  const response = await fetch(url, {
    method: "PUT",
    body,
    headers: { "content-type": "" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
}
