/** The longest time that anybody may name, in a policy or a heartbeat: ten years, in seconds. */
export const LONGEST_SECONDS = 315_360_000;
