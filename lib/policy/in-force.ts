import { WAYS, type Way } from "../domain/notice.ts";
import type { AppPolicy, Policy } from "./document.ts";
import { isOver } from "./resolve.ts";
import { warnSecondsOf } from "./warn-seconds.ts";

/** All that may hold for an app: the defaults, and what each rule that is not over makes of them. */
export function settingsInForce({ mode, defaults, rules }: Policy, now: Date): readonly AppPolicy[] {
  const settings = { ...defaults, mode };
  return [settings, ...rules.filter((rule) => !isOver(rule, now)).map(({ set }) => ({ ...settings, ...set }))];
}

/** The distinct idle timeouts, within working hours and outside, in ascending order of seconds. */
export function timeoutsIn(settings: readonly AppPolicy[]): readonly number[] {
  return distinct(settings.flatMap(timeoutsOf));
}

/** Whether there are apps that are not stopped at some hour, or at all, however idle they are. */
export function mayNeverStop(settings: readonly AppPolicy[]): boolean {
  return settings.some(
    (of) => !stops(of) || Math.max(of.idleTimeInSeconds, of.hours?.idleTimeInSeconds ?? 0) === Infinity,
  );
}

/** The distinct idle times after which apps are stopped and not only judged, as {@link timeoutsIn}. */
export function stoppingTimesIn(settings: readonly AppPolicy[]): readonly number[] {
  return timeoutsIn(settings.filter(stops));
}

/** The least age at which any app is stopped, 0 where none is for its age. */
export function leastMaxAge(settings: readonly AppPolicy[]): number {
  const least = Math.min(...settings.filter(stops).map(({ maxAge = Infinity }) => maxAge));
  return least < Infinity ? least : 0;
}

function stops({ mode, exempt }: AppPolicy): boolean {
  return mode === "live" && !exempt;
}

/** The distinct idle times at which somebody is to be warned, or else stopped, in ascending order of seconds. */
export function warningsIn(settings: readonly AppPolicy[]): readonly number[] {
  const warnings = settings.flatMap((of) =>
    timeoutsOf(of).map((timeoutSeconds) => Math.max(1, timeoutSeconds - warnSecondsOf(of, timeoutSeconds))),
  );
  return distinct(warnings);
}

/** The longest time for which anybody may keep an app. */
export function longestKeepAlive(settings: readonly AppPolicy[]): number {
  return Math.max(...settings.map(({ keepAliveAtMost }) => keepAliveAtMost));
}

/** The longest time before a stop at which anybody is warned, 0 where nobody is. */
export function longestWarning(settings: readonly AppPolicy[]): number {
  return Math.max(...settings.map(({ warnBefore }) => warnBefore ?? 0));
}

/** The ways by which anybody may be told anything. */
export function waysIn(settings: readonly AppPolicy[]): readonly Way[] {
  return WAYS.filter((way) => settings.some(({ notifyIn }) => notifyIn.includes(way)));
}

/** The distinct times without CPU time after which work has hung, in ascending order of seconds. */
export function hungAftersIn(settings: readonly AppPolicy[]): readonly number[] {
  return distinct(settings.map(({ hungAfter }) => hungAfter));
}

/** Those that end: a timeout of `never` is none. */
function timeoutsOf({ idleTimeInSeconds, hours }: AppPolicy): readonly number[] {
  const timeouts = hours === undefined ? [idleTimeInSeconds] : [idleTimeInSeconds, hours.idleTimeInSeconds];
  return timeouts.filter((seconds) => seconds < Infinity);
}

function distinct(seconds: readonly number[]): readonly number[] {
  return [...new Set(seconds)].sort((a, b) => a - b);
}
