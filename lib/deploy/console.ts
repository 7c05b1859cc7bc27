/** Each partition has a console of its own. */
const CONSOLES: readonly (readonly [regions: string, host: string])[] = [
  ["cn-", "console.amazonaws.cn"],
  ["us-gov-", "console.amazonaws-us-gov.com"],
  ["", "console.aws.amazon.com"],
];

/** The address of the console of a region's partition. */
export function consoleAddress(region: string): string {
  const [, host = ""] = CONSOLES.find(([regions]) => region.startsWith(regions)) ?? [];
  return `https://${host}`;
}
