import type { UserSettings } from "@aws-sdk/client-sagemaker";

/** The type of an app that the agent runs in. */
export type AppType = "JupyterLab" | "CodeEditor";

/** The settings of a domain or a user profile that attachments are in. Those of spaces are a part of those of users. */
export type Settings = Readonly<Partial<Record<Group, UserSettings>>>;
export type Group = "DefaultUserSettings" | "DefaultSpaceSettings" | "UserSettings";

/** One place in such settings for one type of app. */
export type Place = {
  readonly group: Group;
  readonly section: "JupyterLabAppSettings" | "CodeEditorAppSettings";
  readonly type: AppType;
};

const JUPYTER_LAB = { section: "JupyterLabAppSettings", type: "JupyterLab" } as const;
const CODE_EDITOR = { section: "CodeEditorAppSettings", type: "CodeEditor" } as const;

/** Shared spaces take JupyterLab's settings from the domain's space settings; the API has no Code Editor settings there. */
const PLACES = {
  domain: [
    { group: "DefaultUserSettings", ...JUPYTER_LAB },
    { group: "DefaultUserSettings", ...CODE_EDITOR },
    { group: "DefaultSpaceSettings", ...JUPYTER_LAB },
  ],
  profile: [
    { group: "UserSettings", ...JUPYTER_LAB },
    { group: "UserSettings", ...CODE_EDITOR },
  ],
} as const satisfies Record<string, readonly Place[]>;

/** Names a domain or one of its user profiles. */
export type HolderKey = { readonly domainId: string; readonly profile?: string };

/** What holds settings: a domain or a user profile, as it is in the account. */
export type Holder = HolderKey & {
  /** `undefined` where it is gone. */
  readonly describe: () => Promise<Described | undefined>;
  /** Sends these groups whole; `busy` where the service is at another update. */
  readonly update: (settings: Settings) => Promise<"sent" | "busy">;
};

export type Described = {
  readonly status: string;
  readonly failureReason?: string | undefined;
  readonly settings: Settings;
};

/** `d-1`, or `d-1/ada` for a profile: its name in logs, and the tail of its record's name. */
export const holderName = ({ domainId, profile }: HolderKey): string =>
  profile === undefined ? domainId : `${domainId}/${profile}`;

export const placesOf = ({ profile }: HolderKey): readonly Place[] =>
  profile === undefined ? PLACES.domain : PLACES.profile;
