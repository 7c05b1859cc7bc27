import * as v from "valibot";
import type { Account } from "../../../lib/deploy/account.ts";
import { checkParameters, type Parameters } from "../../../lib/deploy/parameters.ts";
import { readServerlessYml } from "../../serverless-yml.ts";

const Params = v.object({ params: v.object({ default: v.record(v.string(), v.unknown()) }) });

/** The parameters as serverless.yml gives them to a deploy without any `--param`. */
export const DEFAULTS = v.parse(Params, await readServerlessYml()).params.default;

/** Checked parameters: the defaults but for what is given. */
export function parameters(given: Readonly<Record<string, string>> = {}): Parameters {
  return checkParameters({ ...DEFAULTS, ...given });
}

/** An account in memory that notes which policies are written to it. */
export function fakeAccount(
  there: { deployed?: string; deployedName?: string; current?: string | undefined; domains?: readonly string[] } = {},
): Account & { readonly written: string[] } {
  let { current } = there;
  const written: string[] = [];
  return {
    written,
    stack: () =>
      Promise.resolve(
        there.deployed === undefined
          ? undefined
          : {
              policy: { name: there.deployedName ?? "/studio-reaper/policy", text: there.deployed },
              attaches: true,
              detachesFromAllRoles: true,
            },
      ),
    parameter: () => Promise.resolve(current),
    writePolicy: (_, text) => {
      current = text;
      written.push(text);
      return Promise.resolve();
    },
    hasDomain: (id) => Promise.resolve(there.domains?.includes(id) ?? false),
  };
}
