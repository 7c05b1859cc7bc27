import { Account } from "../account/account.ts";
import { type EmbeddedStudio, type StudioOptions, startStudio } from "./index.ts";

/** The clock of a test's account: moved by hand. */
export const clock = { now: 0 };
export let studio: EmbeddedStudio;
export let account: Account;
export let sageMaker: Account["sageMaker"];
export let DomainId: string;

/** A new account without processes, at New Year; each call is made once. */
export async function start(options: StudioOptions = {}): Promise<void> {
  clock.now = Date.parse("2026-01-01T00:00:00.123Z");
  studio = await startStudio({
    instances: "none",
    lifecycleScript: "exit 0",
    region: "us-east-1",
    now: () => clock.now,
    ...options,
  });
  account = new Account(studio, { maxAttempts: 1 });
  ({ sageMaker, domainId: DomainId } = account);
}

/** Another account instead, set up differently. */
export async function restart(options: StudioOptions): Promise<void> {
  await studio.close();
  await start(options);
}

/** What a refused call rejects with. */
export const refusal = (name: string, message = /./) => ({ name, message });
