import * as v from "valibot";
import type { AwsAccount } from "../aws-account.ts";
import type { Faults } from "../faults.ts";
import { type Operation, type Service, operation } from "../wire/operation.ts";
import { PutParameter, put } from "./put.ts";
import { notFound, readOperations } from "./read.ts";
import type { Store } from "./store.ts";
import { tagOperations } from "./tags.ts";
import { walkOperations } from "./walk.ts";

/** Systems Manager's Parameter Store. */
export function parameterStore(account: AwsAccount, store: Store, faults: Faults): Service {
  const readsAt = (): number => (faults.readLagMs === 0 ? Infinity : account.now() - faults.readLagMs);
  return {
    name: "ssm",
    targetPrefix: "AmazonSSM",
    modelVersion: "2014-11-06",
    operations: {
      PutParameter: operation(PutParameter, (input) => put(store, input, account.now())),
      ...readOperations(account, store, readsAt),
      ...walkOperations(account, store, readsAt),
      ...deletions(store),
      ...tagOperations(store),
    },
  };
}

function deletions(store: Store): Record<string, Operation> {
  return {
    DeleteParameter: operation(v.object({ Name: v.string() }), ({ Name }) => {
      if (!store.delete(Name)) throw notFound(Name);
      return {};
    }),
    DeleteParameters: operation(v.object({ Names: v.array(v.string()) }), ({ Names }) => {
      const deleted = Names.filter((name) => store.delete(name));
      return { DeletedParameters: deleted, InvalidParameters: Names.filter((name) => !deleted.includes(name)) };
    }),
  };
}
