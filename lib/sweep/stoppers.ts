import type { Mode } from "../policy/document.ts";
import type { Stopper, Studio } from "./ports.ts";

/** The stopper of a mode. A dry run's has no means to delete an app. */
export function stopperFor(mode: Mode, studio: Studio): Stopper {
  switch (mode) {
    case "live":
      return (app) => studio.deleteApp(app);
    case "dry-run":
      return () => Promise.resolve("would-stop");
  }
}
