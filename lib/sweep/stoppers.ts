import type { Policy } from "../policy/document.ts";
import type { Stopper, Studio } from "./ports.ts";

/** Who carries out the stops: in a dry run, somebody who has no way to. */
export function stopperFor(mode: Policy["mode"], studio: Studio): Stopper {
  switch (mode) {
    case "live":
      return (app) => studio.deleteApp(app);
    case "dry-run":
      return () => Promise.resolve("would-stop");
  }
}
