import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { InitializeMiddleware } from "@smithy/types";
import { RETRIES_AND_TIMEOUTS } from "../../lib/aws/clients.ts";
import { createHeartbeats } from "../../lib/aws/heartbeats.ts";
import { createLeaseStore } from "../../lib/aws/lease-store.ts";
import { leaseOver } from "../../lib/aws/lease.ts";
import { createNotices } from "../../lib/aws/notices.ts";
import { writeParameter } from "../../lib/aws/parameters.ts";
import { publishInstructions, readPolicy } from "../../lib/aws/policy-parameters.ts";
import { createSightingPages } from "../../lib/aws/sighting-pages.ts";
import { createStudio } from "../../lib/aws/studio.ts";
import { readTags } from "../../lib/aws/tags.ts";
import { rememberFleet } from "../../lib/sweep/fleet-memory.ts";
import { LateReading } from "../../lib/sweep/late-reading.ts";
import { NO_EVENTS, type Ports } from "../../lib/sweep/ports.ts";
import type { Report, Skipped } from "../../lib/sweep/report.ts";
import { rememberSightings } from "../../lib/sweep/remember-sightings.ts";
import { sweepAlone } from "../../lib/sweep/sweep-alone.ts";
import { textInMemory } from "../lib/fake-account.ts";
import { PREFIX } from "./agent.ts";
import { type Input, type Network, RETRYABLE } from "./network.ts";
import type { Random } from "./random.ts";
import type { Mishap } from "./story.ts";
import type { Timeline } from "./timeline.ts";

/** One invocation of the function. */
export type Invocation = {
  readonly number: number;
  readonly startedAt: number;
  /** By how many seconds its clock is off. */
  readonly skew: number;
  readonly cutAfterCalls: number;
  calls: number;
  isOver: boolean;
};

/** What the simulator is told of the sweeps. */
export type Observer = {
  readonly onDeleteSent: (space: string, invocation: Invocation) => void;
  readonly onReport: (report: Report | Skipped, invocation: Invocation) => void;
  /** It failed before it judged anything, or did not end. */
  readonly onFailure: (error: unknown, invocation: Invocation) => void;
};

/** Puts something else in place of a part of the sweep, to see whether that is noticed. */
export type Breakage = (ports: Ports, clock: () => Date) => Ports;

const FUNCTION_TIMEOUT_SECONDS = 300;
/** `DeleteApp` is sent once, as each has to be confirmed. */
const attemptsOf = (operation: string) => (operation === "DeleteApp" ? 1 : RETRIES_AND_TIMEOUTS.maxAttempts);
/** The sweep's own pace: half of each quota. */
const SECONDS_BETWEEN: Readonly<Record<string, number>> = {
  ListApps: 1,
  DeleteApp: 0.4,
  GetParametersByPath: 0.05,
  PutParameter: 1,
};
const NEVER = new Promise<never>(() => undefined);

/** A warm process of the function: it remembers what its former invocations saw, and paces their calls. */
class WarmProcess {
  invocation: Invocation | undefined;
  readonly nextTurn = new Map<string, number>();
  readonly sageMaker = new SageMakerClient({ region: "us-east-1" });
  readonly ssm = new SSMClient({ region: "us-east-1" });
  readonly tagging = new ResourceGroupsTaggingAPIClient({ region: "us-east-1" });
  readonly lateReading = new LateReading();
  readonly sightings = rememberSightings(
    createSightingPages(this.ssm, PREFIX, async (name, value) => {
      await writeParameter(this.ssm, name, value);
    }),
  );
}

/** Invokes the sweep on its schedule: the real one, down to the calls that it hands to the SDK. */
export class Sweeper {
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #network: Network;
  readonly #observer: Observer;
  readonly #breakage: Breakage;
  #processes: WarmProcess[] = [];
  readonly #fleetMemory = rememberFleet(textInMemory());
  #invocations = 0;

  constructor(
    { timeline, random, network }: { timeline: Timeline; random: Random; network: Network },
    observer: Observer,
    breakage: Breakage,
  ) {
    [this.#timeline, this.#random, this.#network] = [timeline, random, network];
    [this.#observer, this.#breakage] = [observer, breakage];
  }

  /** One tick of the schedule, with what befalls the invocation. */
  tick(mishaps: readonly Mishap[]): void {
    const number = this.#invocations++;
    const own = mishaps.filter(({ invocation }) => invocation === number);
    const has = (kind: Mishap["kind"]) => own.find((mishap) => mishap.kind === kind);
    if (has("skipped")) return;
    if (has("cold start")) this.#processes = [];
    const begin = { number, skew: has("clock is off")?.by ?? 0, cutAfterCalls: has("cut off")?.by ?? Infinity };
    this.#invoke(begin);
    if (has("starts twice")) this.#invoke(begin);
  }

  #invoke(begin: Pick<Invocation, "number" | "skew" | "cutAfterCalls">): void {
    const startedAt = this.#timeline.now;
    const invocation: Invocation = { ...begin, startedAt, calls: 0, isOver: false };
    const process = this.#processes.find((one) => one.invocation === undefined) ?? this.#startProcess();
    process.invocation = invocation;
    this.#timeline.at(startedAt + FUNCTION_TIMEOUT_SECONDS, () => {
      if (!invocation.isOver) this.#cutOff(process, invocation);
    });
    const clock = () => new Date((this.#timeline.now + invocation.skew) * 1000);
    const remainingMs = () => 1000 * (startedAt + FUNCTION_TIMEOUT_SECONDS - this.#timeline.now);
    void sweepAlone(this.#breakage(this.#ports(process, clock), clock), clock, remainingMs).then(
      (report) => {
        this.#end(process, invocation, () => {
          this.#observer.onReport(report, invocation);
        });
      },
      (error: unknown) => {
        this.#end(process, invocation, () => {
          this.#observer.onFailure(error, invocation);
        });
      },
    );
  }

  #end(process: WarmProcess, invocation: Invocation, tell: () => void): void {
    if (invocation.isOver) return;
    [invocation.isOver, process.invocation] = [true, undefined];
    tell();
  }

  /** Its process ends in the middle of whatever it does; what it has sent is on its way all the same. */
  #cutOff(process: WarmProcess, invocation: Invocation): void {
    invocation.isOver = true;
    this.#processes = this.#processes.filter((one) => one !== process);
    this.#observer.onFailure(new Error("cut off"), invocation);
  }

  #startProcess(): WarmProcess {
    const process = new WarmProcess();
    const handOver: InitializeMiddleware<object, { $metadata: object }> =
      (_next, { commandName = "" }) =>
      async ({ input }) => {
        const answer = await this.#call(process, commandName.replace(/Command$/, ""), { ...input });
        return { output: { $metadata: {}, ...answer }, response: undefined };
      };
    // The SDK hands its calls over here, before it would write them down and send them.
    process.sageMaker.middlewareStack.add(handOver, { step: "initialize" });
    process.ssm.middlewareStack.add(handOver, { step: "initialize" });
    process.tagging.middlewareStack.add(handOver, { step: "initialize" });
    this.#processes.push(process);
    return process;
  }

  #ports({ sageMaker, ssm, tagging, sightings, lateReading }: WarmProcess, clock: () => Date): Ports {
    const store = createLeaseStore(ssm, `${PREFIX}/leases/sweep`);
    return {
      studio: { ...createStudio(sageMaker, sageMaker), knownSpaceOwners: () => Promise.resolve(new Map()) },
      heartbeats: createHeartbeats(ssm, PREFIX),
      notices: createNotices(ssm, PREFIX, async (name, value) => {
        await writeParameter(ssm, name, value);
      }),
      lateReading,
      readTags: (keys) => readTags(tagging, keys),
      readPolicy: () => readPolicy(ssm, PREFIX),
      publishInstructions: (instructions) => publishInstructions(ssm, PREFIX, instructions),
      sightings,
      fleetMemory: this.#fleetMemory,
      events: NO_EVENTS,
      lease: leaseOver(store, clock, () => String(this.#random.fraction())),
      quotaShareUsed: () => 0,
    };
  }

  /** A call with the SDK's retries and the sweep's own pace. */
  async #call(process: WarmProcess, operation: string, input: Input): Promise<Input> {
    const { invocation } = process;
    if (!invocation) throw new Error(`${operation} is called outside any invocation`);
    for (let attempt = 1; ; attempt++) {
      await this.#turn(process, operation);
      if (this.#isOver(invocation)) return NEVER;
      if (operation === "DeleteApp") this.#observer.onDeleteSent(String(input["SpaceName"]), invocation);
      const { seconds, answer } = this.#network.attempt("sweeps", operation, input);
      if (++invocation.calls > invocation.cutAfterCalls) this.#cutOff(process, invocation);
      await this.#timeline.sleep(seconds);
      if (this.#isOver(invocation)) return NEVER;
      try {
        return answer();
      } catch (error) {
        if (!(error instanceof Error) || !RETRYABLE.includes(error.name) || attempt === attemptsOf(operation))
          throw error;
        await this.#timeline.sleep(this.#random.fraction() * Math.min(20, 0.5 * 2 ** (attempt - 1)));
      }
    }
  }

  /** It may be over since it was last asked. */
  #isOver({ isOver }: Invocation): boolean {
    return isOver;
  }

  async #turn({ nextTurn }: WarmProcess, operation: string): Promise<void> {
    const spacing = SECONDS_BETWEEN[operation];
    if (spacing === undefined) return;
    const turn = Math.max(nextTurn.get(operation) ?? 0, this.#timeline.now);
    nextTurn.set(operation, turn + spacing);
    if (turn > this.#timeline.now) await this.#timeline.sleep(turn - this.#timeline.now);
  }
}
