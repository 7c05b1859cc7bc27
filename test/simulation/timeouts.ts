import { BEGIN, type Edict } from "./story.ts";

const [HOUR, DAY] = [3600, 86_400];
/** India's clocks are never changed. */
const [OPENS, CLOSES, OFFSET] = [8 * HOUR, 18 * HOUR, 5.5 * HOUR];

/** The hours of {@link Edict.idleTimeOutsideHours}, as a policy writes them. */
export const HOURS = { timeZone: "Asia/Kolkata", from: "08:00", to: "18:00" } as const;

/** The timeout of an app at an instant. */
export function timeoutAt(space: string, policy: Edict, instant: number): number {
  const [within, outside] = bothTimeouts(space, policy);
  return isWithinHours(instant) ? within : outside;
}

/** Every timeout that a policy has for an app within a span of less than ten hours. */
export function timeoutsBetween(space: string, policy: Edict, from: number, to: number): readonly number[] {
  return [timeoutAt(space, policy, from), timeoutAt(space, policy, to)];
}

/** The timeout of an app within the working hours, and outside them. */
export function bothTimeouts(space: string, policy: Edict): readonly [within: number, outside: number] {
  const within = space.startsWith("quick-") ? policy.quickIdleTimeInSeconds : policy.idleTimeInSeconds;
  return [within, policy.idleTimeOutsideHours ?? within];
}

/** The story begins on a Monday. */
function isWithinHours(instant: number): boolean {
  const local = instant - BEGIN + OFFSET;
  const [day, second] = [Math.floor(local / DAY) % 7, local % DAY];
  return day < 5 && OPENS <= second && second < CLOSES;
}
