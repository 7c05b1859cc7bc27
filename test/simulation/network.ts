import { SageMakerServiceException } from "@aws-sdk/client-sagemaker";
import type { ParameterService } from "./parameter-service.ts";
import type { Random } from "./random.ts";
import { BEGIN, type Fault } from "./story.ts";
import { ServiceError, type StudioService, TimeoutError } from "./studio-service.ts";
import type { TagService } from "./tag-service.ts";
import type { Timeline } from "./timeline.ts";

/** What answers the calls. */
export type Services = {
  readonly studio: StudioService;
  readonly parameters: ParameterService;
  readonly tags: TagService;
};

export type Input = Readonly<Record<string, unknown>>;

/** What a call does in its service, once it gets there. */
type Arrive = () => Input;
/** What became of one attempt of a call, and after how many seconds its caller knows. */
export type Attempt = {
  readonly seconds: number;
  readonly answer: () => Input;
  /** What befell it, and after how many seconds nothing more will come of it. */
  readonly fault: Fault["kind"] | undefined;
  readonly settlesIn: number;
};

/** The calls a second that each operation takes from all callers together. */
const QUOTAS: Readonly<Record<string, number>> = {
  ListApps: 2,
  DeleteApp: 5,
  GetParametersByPath: 40,
  GetParameter: 40,
  PutParameter: 3,
};
const BURST_SECONDS = 3;
const TIMEOUT_SECONDS = 10;
const PAGED: readonly string[] = ["ListApps", "GetParametersByPath"];
export const RETRYABLE = ["ThrottlingException", "InternalFailure", "TimeoutError"];

/** The way of a call to a service and back, with the quotas and all that goes wrong. */
export class Network {
  /** How many calls of each operation got through, and how many were throttled. */
  readonly counts = new Map<string, { calls: number; throttled: number }>();
  /** How many writes of agents were taken. */
  agentWrites = 0;
  /** Told of each space whose app a sweep is about to delete. */
  onDeleted: (space: string) => void = () => undefined;
  readonly undeletable = new Set<string>();
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #faults: readonly Fault[];
  readonly #studio: StudioService;
  readonly #parameters: ParameterService;
  readonly #tags: TagService;
  readonly #tokens = new Map<string, { left: number; at: number }>();

  constructor(timeline: Timeline, random: Random, services: Services, faults: readonly Fault[]) {
    [this.#timeline, this.#random, this.#faults] = [timeline, random, faults];
    [this.#studio, this.#parameters, this.#tags] = [services.studio, services.parameters, services.tags];
  }

  /**
   * Makes one attempt of a call. What it does happens on its way, or later, or twice, or never; `answer` throws what
   * its caller gets to see, and may be asked once `seconds` are over.
   */
  attempt(of: Fault["of"], operation: string, input: Input): Attempt {
    const latency = this.#random.between(0.02, 0.06);
    const fault = this.#faultFor(of, operation);
    const refused = (seconds: number, name: string) => ({ seconds, answer: refuse(name), fault, settlesIn: seconds });
    /** It arrives after so many seconds, and its caller waits for so many. */
    const arrives = (after: number, seconds = latency): Attempt => {
      const answer = this.#deliver(after, () => this.#arrive(of, operation, input));
      return { seconds, answer: seconds < TIMEOUT_SECONDS ? answer : refuse("TimeoutError"), fault, settlesIn: after };
    };
    switch (fault) {
      case undefined:
        return arrives(latency / 2);
      case "throttled":
        return refused(latency, "ThrottlingException");
      case "fails":
        return refused(latency, "InternalFailure");
      case "request lost":
        return refused(TIMEOUT_SECONDS, "TimeoutError");
      case "answer lost":
        return arrives(latency / 2, TIMEOUT_SECONDS);
      case "sent late":
        return arrives(this.#random.between(5, 60), TIMEOUT_SECONDS);
      case "sent twice": {
        const { settlesIn } = arrives(this.#random.between(0.1, 30));
        return { ...arrives(latency / 2), settlesIn };
      }
      case "empty page":
        if (!PAGED.includes(operation)) return arrives(latency / 2);
        return { ...refused(latency, ""), answer: () => ({ NextToken: input["NextToken"] ?? "0" }) };
      case "slow":
        return arrives(4 * latency, 8 * latency + 2);
    }
  }

  /** Has a call arrive after so many seconds; what it answers is known from then on. */
  #deliver(seconds: number, arrive: Arrive): () => Input {
    let answer: () => Input = refuse("TimeoutError");
    this.#timeline.at(this.#timeline.now + seconds, () => {
      try {
        const answered = arrive();
        answer = () => answered;
      } catch (error) {
        if (!(error instanceof SageMakerServiceException)) throw error;
        answer = refuse(error.name, error.message);
      }
    });
    return () => answer();
  }

  #arrive(of: Fault["of"], operation: string, input: Input): Input {
    const count = this.counts.get(operation) ?? { calls: 0, throttled: 0 };
    this.counts.set(operation, count);
    if (!this.#takeToken(operation)) {
      count.throttled++;
      throw new ServiceError("ThrottlingException");
    }
    count.calls++;
    if (of === "agents" && operation === "PutParameter") this.agentWrites++;
    return this.#serve(operation, input);
  }

  #serve(operation: string, input: Input): Input {
    switch (operation) {
      case "ListApps":
        return this.#studio.listApps(input);
      case "DescribeApp":
        return this.#studio.describeApp(String(input["SpaceName"]));
      case "DescribeDomain":
        return { DomainId: input["DomainId"], Status: "InService" };
      case "DeleteApp":
        return this.#delete(String(input["SpaceName"]));
      case "GetParametersByPath":
        return this.#parameters.getByPath(input);
      case "GetParameter":
        return this.#parameters.get(input);
      case "GetParameters":
        return this.#parameters.getMany(input);
      case "PutParameter":
        return this.#parameters.put(input);
      case "GetResources":
        return this.#tags.getResources(input);
      case "DeleteParameters":
        return this.#parameters.deleteMany(input);
      default:
        throw new Error(`the simulated account has no ${operation}`);
    }
  }

  #delete(space: string): Input {
    if (this.undeletable.has(space)) throw new ServiceError("InternalFailure");
    if (this.#studio.current(space)?.status === "InService") this.onDeleted(space);
    this.#studio.delete(space);
    return {};
  }

  #takeToken(operation: string): boolean {
    const perSecond = QUOTAS[operation];
    if (perSecond === undefined) return true;
    const [now, most] = [this.#timeline.now, perSecond * BURST_SECONDS];
    const bucket = this.#tokens.get(operation) ?? { left: most, at: now };
    this.#tokens.set(operation, bucket);
    bucket.left = Math.min(most, bucket.left + (now - bucket.at) * perSecond);
    bucket.at = now;
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }

  #faultFor(of: Fault["of"], operation: string): Fault["kind"] | undefined {
    const elapsed = this.#timeline.now - BEGIN;
    return this.#faults.find(
      (fault) =>
        fault.of === of &&
        (fault.operation ?? operation) === operation &&
        fault.from <= elapsed &&
        elapsed < fault.to &&
        this.#random.chance(fault.share),
    )?.kind;
  }
}

function refuse(name: string, message = name): () => never {
  return () => {
    throw name === "TimeoutError" ? new TimeoutError(message) : new ServiceError(name, message);
  };
}
