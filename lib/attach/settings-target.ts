import type { UserSettings } from "@aws-sdk/client-sagemaker";

/** The type of an app that the agent runs in. */
export type AppType = "JupyterLab" | "CodeEditor";

/**
 * The settings of a domain or a user profile that can name lifecycle configurations. The API gives spaces a part of
 * users' settings.
 */
export type Settings = Readonly<Partial<Record<SettingsGroup, UserSettings>>>;
export type SettingsGroup = "DefaultUserSettings" | "DefaultSpaceSettings" | "UserSettings";

/** Where in the settings one type of app has its lifecycle configurations. */
export type SettingsPlace = {
  readonly group: SettingsGroup;
  readonly section: "JupyterLabAppSettings" | "CodeEditorAppSettings";
  readonly type: AppType;
};

const JUPYTER_LAB = { section: "JupyterLabAppSettings", type: "JupyterLab" } as const;
const CODE_EDITOR = { section: "CodeEditorAppSettings", type: "CodeEditor" } as const;

/**
 * Shared spaces take JupyterLab's settings from the domain's space settings, in which the API has none for Code Editor.
 */
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
} as const satisfies Record<string, readonly SettingsPlace[]>;

/** Names a domain, or one of its user profiles. */
export type TargetKey = { readonly domainId: string; readonly profile?: string };

/** A domain or a user profile in the account, whose settings can be read and updated. */
export type SettingsTarget = TargetKey & {
  /** `undefined` where it no longer exists. */
  readonly describe: () => Promise<TargetState | undefined>;
  /**
   * Sends these settings, which the service merges into what it has; `busy` where the service is carrying out another
   * update.
   */
  readonly update: (settings: Settings) => Promise<"sent" | "busy">;
};

export type TargetState = {
  readonly status: string;
  readonly failureReason?: string | undefined;
  /** Whether the domain belongs to SageMaker Unified Studio. */
  readonly isUnifiedStudio?: boolean;
  readonly settings: Settings;
};

/** The domain or profile was never made, or is about to be deleted: no app can run in it. */
const GONE: readonly string[] = ["Failed", "Deleting"];

/** Whether a domain or profile is there and not about to go. */
export const isThere = (state: TargetState | undefined): state is TargetState =>
  state !== undefined && !GONE.includes(state.status);

/** `d-1`, or `d-1/ada` for a profile: the target's name in logs, and the end of its record's name. */
export const targetName = ({ domainId, profile }: TargetKey): string =>
  profile === undefined ? domainId : `${domainId}/${profile}`;

export const settingsPlaces = ({ profile }: TargetKey): readonly SettingsPlace[] =>
  profile === undefined ? PLACES.domain : PLACES.profile;
