import type { SSMClient } from "@aws-sdk/client-ssm";
import type { SightingPages } from "../sweep/remember-sightings.ts";
import { parametersBelow } from "./parameters.ts";

/** The pages of what sweeps have seen: `<prefix>/sightings/<number>`, a standard parameter each. */
export function createSightingPages(
  client: SSMClient,
  prefix: string,
  write: (name: string, value: string) => Promise<void>,
): SightingPages {
  const folder = `${prefix}/sightings/`;
  return {
    async read() {
      const pages = new Map<number, string>();
      for await (const { Name = "", Value = "" } of parametersBelow(client, folder)) {
        const [, number] = /^(\d{1,6})$/.exec(Name.slice(folder.length)) ?? [];
        if (number !== undefined) pages.set(Number(number), Value);
      }
      return pages;
    },
    write: (number, text) => write(`${folder}${number}`, text),
  };
}
