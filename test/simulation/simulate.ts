import type { Report, Skipped } from "../../lib/sweep/report.ts";
import { PREFIX, SimulatedAgent } from "./agent.ts";
import { Network } from "./network.ts";
import { ParameterService } from "./parameter-service.ts";
import { Person } from "./person.ts";
import { Random } from "./random.ts";
import { type AppStory, BEGIN, type Budget, type Edict, type Story } from "./story.ts";
import { StudioService } from "./studio-service.ts";
import { TagService } from "./tag-service.ts";
import type { Violation } from "./invariants.ts";
import { type Breakage, Sweeper } from "./sweeper.ts";
import { Timeline } from "./timeline.ts";
import { HOURS } from "./timeouts.ts";
import type { WriteSchedule } from "./write-schedule.ts";
import { Watch } from "./watch.ts";

/** Of the policy's default; a work that hangs for longer is none. */
const HUNG_AFTER_SECONDS = 86_400;
const CHECK_EVERY_SECONDS = 600;

/** What came of a story. */
export type Outcome = {
  readonly violations: readonly Violation[];
  readonly appHours: number;
  readonly stops: number;
  /** See {@link Watch}. */
  readonly unheard: number;
  readonly delays: readonly number[];
  /** Seconds from a user's return to when the sweep can see it. */
  readonly returns: readonly number[];
  readonly agentWrites: number;
  readonly calls: ReadonlyMap<string, { readonly calls: number; readonly throttled: number }>;
  readonly sweeps: { readonly ended: number; readonly failed: number; readonly skipped: number };
};

const AS_IT_IS: Breakage = (ports) => ports;

export type Options = {
  readonly breakage?: Breakage;
  readonly makeSchedule?: (fraction: () => number) => WriteSchedule;
  readonly toFirstViolation?: boolean;
  /** Told of each sweep that ended. */
  readonly onReport?: (report: Report | Skipped, now: Date) => void;
};

/** Plays a story to its end, or to its first violation where that is all that is asked for. */
export async function simulate(
  story: Story,
  { breakage = AS_IT_IS, makeSchedule, onReport, toFirstViolation = false }: Options = {},
): Promise<Outcome> {
  const timeline = new Timeline(BEGIN);
  const random = new Random(story.seed);
  const services = {
    studio: new StudioService(timeline, random),
    parameters: new ParameterService(timeline),
    tags: new TagService(timeline, story.apps),
  };
  const network = new Network(timeline, random, services, story.faults);
  const watch = new Watch(story, services.parameters, () => timeline.now);
  const sweeps = { ended: 0, failed: 0, skipped: 0 };
  const returns: number[] = [];
  services.parameters.lag = () => random.between(0, story.readLagSeconds);
  network.onDeleted = (space) => {
    watch.onDeleted(space);
  };
  for (const { space, undeletable } of story.apps) if (undeletable) network.undeletable.add(space);

  bringPeople({ timeline, random, network, studio: services.studio, watch, returns, makeSchedule }, story);
  for (const edict of story.policies)
    timeline.at(BEGIN + edict.at, () =>
      services.parameters.put({ Name: `${PREFIX}/policy`, Value: policyText(edict, story.budget) }),
    );

  const sweeper = new Sweeper(
    { timeline, random, network },
    {
      onDeleteSent: (space, invocation) => {
        watch.onDeleteSent(space, invocation);
      },
      onReport: (report, invocation) => {
        if ("skippedUntil" in report) sweeps.skipped++;
        else if (report.failures.length > 0) sweeps.failed++;
        else sweeps.ended++;
        watch.onReport(report, invocation);
        onReport?.(report, new Date(timeline.now * 1000));
      },
      onFailure: () => {
        sweeps.failed++;
      },
    },
    breakage,
  );
  for (let number = 0; number * story.scheduleSeconds < story.seconds; number++)
    timeline.begin(BEGIN + number * story.scheduleSeconds + 7, () => {
      for (const mishap of story.mishaps) if (mishap.invocation === number) watch.onMishap(mishap);
      sweeper.tick(story.mishaps);
    });
  for (let at = CHECK_EVERY_SECONDS; at <= story.seconds; at += CHECK_EVERY_SECONDS)
    timeline.at(BEGIN + at, () => {
      watch.checkAllStopped();
    });

  await timeline.run(BEGIN + story.seconds, () => toFirstViolation && watch.violations.length > 0);
  for (const app of services.studio.alive()) watch.end(app);
  const { violations, stops, unheard, delays, appSeconds } = watch;
  return {
    violations,
    appHours: appSeconds / 3600,
    stops,
    unheard,
    delays,
    returns,
    agentWrites: network.agentWrites,
    calls: network.counts,
    sweeps,
  };
}

type Account = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly network: Network;
  readonly studio: StudioService;
  readonly watch: Watch;
  readonly returns: number[];
  readonly makeSchedule: Options["makeSchedule"];
};

/** Has every user do what the story says, and gives each app that starts its agent. */
function bringPeople(
  { timeline, random, network, studio, watch, returns, makeSchedule }: Account,
  { apps }: Story,
): void {
  const stories = new Map(apps.map((app) => [app.space, app]));
  const agents = new Map<string, SimulatedAgent>();
  studio.onStart = (app) => {
    const story = stories.get(app.space);
    if (!story) return;
    const agent = new SimulatedAgent(
      {
        timeline,
        random,
        network,
        story,
        makeSchedule,
        person: new Person(story, app.startedAt, HUNG_AFTER_SECONDS),
        isReadable: () => timeline.now >= app.inServiceAt,
        onWrite: (reason, { activeAt }) => {
          if (reason === "resumed") returns.push(timeline.now - Math.max(...activeAt));
        },
      },
      timeline.now + random.between(10, 40),
    );
    agents.set(app.space, agent);
    watch.begin({ app, story, agent, truth: new Person(story, app.startedAt, HUNG_AFTER_SECONDS) });
  };
  studio.onEnd = (app) => {
    agents.get(app.space)?.end();
    watch.end(app);
  };
  for (const story of apps) {
    for (const at of story.opens) timeline.at(BEGIN + at, open(story));
    for (const at of story.closes)
      timeline.at(BEGIN + at, () => {
        if (studio.current(story.space)?.status === "InService") studio.delete(story.space);
      });
  }

  /** Who finds the app being deleted waits a while. */
  function open(story: AppStory): () => void {
    return () => {
      if (studio.current(story.space)?.status === "Deleting") timeline.at(timeline.now + 60, open(story));
      else studio.create(story.space, story.keepsCreationTime);
    };
  }
}

function policyText(edict: Edict, budget: Budget): string {
  const { mode, idleTimeInSeconds, quickIdleTimeInSeconds, warnBefore, keepAliveAtMost } = edict;
  const outside = edict.idleTimeOutsideHours;
  const hours = outside === undefined ? "none" : { ...HOURS, idleTimeInSeconds: outside };
  return JSON.stringify({
    version: 1,
    mode,
    budget,
    defaults: { idleTimeInSeconds, hours, warnBefore, keepAliveAtMost },
    rules: [{ match: { space: "quick-*" }, set: { idleTimeInSeconds: quickIdleTimeInSeconds } }],
  });
}
