import { SageMakerServiceException } from "@aws-sdk/client-sagemaker";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";

/** One incarnation of an app, as SageMaker has it. */
export type Incarnation = {
  readonly id: number;
  readonly space: string;
  /** Epoch seconds. Whole ones would hide what a rounding does. */
  readonly createdAt: number;
  /** When this start of it began; later than `createdAt` where it kept that. */
  readonly startedAt: number;
  status: "Pending" | "InService" | "Deleting" | "Deleted";
  inServiceAt: number;
  deletedAt: number;
};

/** What a service answers where it refuses a call, as the SDK throws it. */
export class ServiceError extends SageMakerServiceException {
  constructor(name: string, message = name) {
    super({ name, message, $fault: name === "InternalFailure" ? "server" : "client", $metadata: {} });
  }
}

/** No answer came. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

type Input = Readonly<Record<string, unknown>>;
const DOMAIN_ID = "d-simulated";
const LISTED_AFTER_DELETION_SECONDS = 86_400;

/** What tells an app in every call. */
export function appKeyOf(space: string): string {
  return `${DOMAIN_ID}/space/${space}/JupyterLab/default`;
}

/** What tags are set on: the app itself, or its space. */
export function arnsOf(space: string): Readonly<Record<"app" | "space", string>> {
  const arn = (resource: string) => `arn:aws:sagemaker:us-east-1:123456789012:${resource}`;
  return { app: arn(`app/${DOMAIN_ID}/${space}/jupyterlab/default`), space: arn(`space/${DOMAIN_ID}/${space}`) };
}

/** SageMaker's Studio apps in memory: their life, `ListApps`, `DescribeApp` and `DeleteApp`. */
export class StudioService {
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #current = new Map<string, Incarnation>();
  #listed: Incarnation[] = [];
  #nextId = 1;
  /** Told of each app that comes into service, and of each that is being deleted. */
  onStart: (app: Incarnation) => void = () => undefined;
  onEnd: (app: Incarnation) => void = () => undefined;

  constructor(timeline: Timeline, random: Random) {
    this.#timeline = timeline;
    this.#random = random;
  }

  current(space: string): Incarnation | undefined {
    return this.#current.get(space);
  }

  /** Every app that is not deleted. */
  *alive(): Generator<Incarnation> {
    for (const app of this.#current.values()) if (app.status !== "Deleted") yield app;
  }

  /** A user starts the app, unless it is there. */
  create(space: string, keepsCreationTime: boolean): Incarnation | undefined {
    const former = this.#current.get(space);
    if (former && former.status !== "Deleted") return undefined;
    const now = this.#timeline.now;
    const keeps = keepsCreationTime && former !== undefined && now - former.deletedAt < LISTED_AFTER_DELETION_SECONDS;
    const app: Incarnation = {
      id: this.#nextId++,
      space,
      createdAt: keeps ? former.createdAt : now,
      startedAt: now,
      status: "Pending",
      inServiceAt: Infinity,
      deletedAt: Infinity,
    };
    if (keeps) this.#listed = this.#listed.filter((one) => one !== former);
    this.#listed.push(app);
    this.#current.set(space, app);
    this.#timeline.at(now + this.#random.between(60, 180), () => {
      if (app.status !== "Pending") return;
      [app.status, app.inServiceAt] = ["InService", this.#timeline.now];
    });
    this.onStart(app);
    return app;
  }

  /** A user or a sweep deletes the app. */
  delete(space: string): void {
    const app = this.#current.get(space);
    if (!app) throw new ServiceError("ResourceNotFound");
    if (app.status === "Deleted") throw new ServiceError("ValidationException", "the app has already been deleted");
    if (app.status !== "InService") throw new ServiceError("ResourceInUse");
    app.status = "Deleting";
    this.onEnd(app);
    this.#timeline.at(this.#timeline.now + this.#random.between(20, 90), () => {
      [app.status, app.deletedAt] = ["Deleted", this.#timeline.now];
    });
  }

  /** A page of at most 100 apps; the token is the number of the last app before it. */
  listApps(input: Input): Input {
    const after = Number(input["NextToken"] ?? 0);
    const longAgo = this.#timeline.now - LISTED_AFTER_DELETION_SECONDS;
    if (after === 0) this.#listed = this.#listed.filter((app) => !(app.deletedAt < longAgo));
    const page = this.#listed.slice(firstAfter(this.#listed, after)).slice(0, 100);
    const last = page.at(-1);
    const more = last !== undefined && last !== this.#listed.at(-1);
    return { Apps: page.map(describe), ...(more ? { NextToken: String(last.id) } : {}) };
  }

  describeApp(space: string): Input {
    const app = this.#current.get(space);
    if (!app) throw new ServiceError("ResourceNotFound");
    return describe(app);
  }
}

function describe({ space, status, createdAt }: Incarnation): Input {
  return {
    DomainId: DOMAIN_ID,
    SpaceName: space,
    AppType: "JupyterLab",
    AppName: "default",
    Status: status,
    CreationTime: new Date(createdAt * 1000),
    ResourceSpec: { InstanceType: "ml.t3.medium" },
  };
}

/** Where in a list, in ascending order of ids, the first one above an id is. */
export function firstAfter(list: readonly { readonly id: number }[], id: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.id ?? Infinity) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
