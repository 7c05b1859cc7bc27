import type { AwsAccount } from "../aws-account.ts";
import type { Launcher } from "../instances/launcher.ts";
import type { Service } from "../wire/operation.ts";
import type { AppLife } from "./app-life.ts";
import { appOperations } from "./apps.ts";
import { domainOperations } from "./domains.ts";
import { lifecycleConfigOperations } from "./lifecycle-configs.ts";
import { presignedUrlOperation } from "./presigned-url.ts";
import { profileOperations } from "./profiles.ts";
import { spaceOperations } from "./spaces.ts";
import type { Updates } from "./settings.ts";
import type { State } from "./state.ts";
import { tagOperations } from "./tags.ts";

/** SageMaker, as far as Studio needs it. */
export function sageMaker(
  account: AwsAccount,
  state: State,
  life: AppLife,
  launcher: Launcher,
  updates: Updates,
): Service {
  return {
    name: "sagemaker",
    targetPrefix: "SageMaker",
    modelVersion: "2017-07-24",
    operations: {
      ...domainOperations(account, state, updates),
      ...profileOperations(account, state, updates),
      ...spaceOperations(account, state, ({ domainId, name }) => launcher.forget(domainId, name)),
      ...lifecycleConfigOperations(account, state),
      ...appOperations(account, state, life),
      ...tagOperations(state),
      CreatePresignedDomainUrl: presignedUrlOperation(state),
    },
  };
}
