import type { Parameter, SSMClient } from "@aws-sdk/client-ssm";
import { parseAppKey, type AppKey } from "../domain/app.ts";
import { NO_NOTICE, noticeText, readNotice, type NoticeReading } from "../domain/notice.ts";
import type { Notices } from "../sweep/ports.ts";
import { deleteParameters, parametersBelow, parametersNamed, readParameter } from "./parameters.ts";

/** The notices under `<prefix>/notices/`, one parameter per app, written at the pace that the writer is held to. */
export function createNotices(
  client: SSMClient,
  prefix: string,
  write: (name: string, value: string) => Promise<void>,
): Notices {
  const folder = `${prefix}/notices/`;
  return {
    async all() {
      const readings = new Map<AppKey, NoticeReading>();
      for await (const parameter of parametersBelow(client, folder)) {
        // A parameter that is not named after an app is neither read nor deleted.
        const key = parseAppKey(parameter.Name?.slice(folder.length) ?? "");
        if (key) readings.set(key, toReading(parameter));
      }
      return readings;
    },
    async of(key) {
      const parameter = await readParameter(client, folder + key);
      return parameter === undefined ? NO_NOTICE : toReading(parameter);
    },
    put: (key, notice) => write(folder + key, noticeText(notice)),
    async forget(seen) {
      const writtenAt = new Map([...seen].map(([key, at]) => [folder + key, at.getTime()]));
      // Read again right before: another sweep may have written a newer one.
      for await (const found of parametersNamed(client, [...writtenAt.keys()]))
        await deleteParameters(
          client,
          found.flatMap(({ Name, LastModifiedDate }) =>
            Name && LastModifiedDate?.getTime() === writtenAt.get(Name) ? [Name] : [],
          ),
        );
    },
  };
}

function toReading({ Name, Value, LastModifiedDate }: Parameter): NoticeReading {
  if (Value === undefined || LastModifiedDate === undefined) {
    throw new Error(`Parameter Store gave ${Name ?? "a notice"} without its Value or LastModifiedDate`);
  }
  return readNotice(Value, LastModifiedDate);
}
