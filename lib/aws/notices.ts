import type { SSMClient } from "@aws-sdk/client-ssm";
import { NO_NOTICE, noticeText, readNotice } from "../domain/notice.ts";
import type { Notices } from "../sweep/ports.ts";
import { createAppParameters } from "./app-parameters.ts";

/** The notices under `<prefix>/notices/`, one parameter per app, written at the pace that the writer is held to. */
export function createNotices(
  client: SSMClient,
  prefix: string,
  write: (name: string, value: string) => Promise<void>,
): Notices {
  const folder = `${prefix}/notices/`;
  const parameters = createAppParameters(client, folder, readNotice);
  return {
    all: parameters.all,
    of: async (key) => (await parameters.of(key)) ?? NO_NOTICE,
    put: (key, notice) => write(folder + key, noticeText(notice)),
    forget: (seen) =>
      parameters.delete([...seen.keys()], (key, writtenAt) => writtenAt.getTime() === seen.get(key)?.getTime()),
  };
}
