import type { Source } from "../domain/heartbeat.ts";
import type { AppPolicy } from "./document.ts";

/** The sources whose activity keeps an app, under its policy. */
export function countedSources({ sources, skipTerminals }: AppPolicy): readonly Source[] {
  return sources.filter((source) => source !== "terminals" || !skipTerminals);
}
