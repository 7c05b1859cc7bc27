/** The system moves a terminal's times once in eight seconds, so typing may count as that much older than it is. */
export const typedNow = (): number => Date.now() - 8000;
