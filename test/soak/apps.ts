import { idleApps } from "./idle-apps.ts";
import type { SoakApp } from "./scene.ts";
import { workingApps } from "./working-apps.ts";

/**
 * So many apps, in turn idle and at work, so that a few of them are a mixture, too; each kind comes again where there
 * are more apps than kinds. Without JupyterLab there is no page that a browser could open.
 */
export function chooseApps(count: number, { hasLab }: { readonly hasLab: boolean }): SoakApp[] {
  const kinds = inTurn(idleApps, workingApps).filter(({ needsLab }) => hasLab || !needsLab);
  return Array.from({ length: count }, (_, i) => kinds[i % kinds.length])
    .filter((kind) => kind !== undefined)
    .map((kind, i) =>
      i < kinds.length ? kind : { ...kind, name: `${kind.name}-${Math.floor(i / kinds.length) + 1}` },
    );
}

function inTurn(idle: readonly SoakApp[], working: readonly SoakApp[]): SoakApp[] {
  const longer = Math.max(idle.length, working.length);
  return Array.from({ length: longer }, (_, i) => [idle[i], working[i]].filter((app) => app !== undefined)).flat();
}
