import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { env } from "node:process";
import * as v from "valibot";

const root = resolve(import.meta.dirname, "../..");
const PARTS = ["handlers", "lib", "lcc", "package.json", "policy.yml", "serverless.yml", "tsconfig.json"];
const MOST_MS = 120_000;

/** How a command ended, and what it printed. */
export type Ended = { readonly code: number; readonly output: string };

const Template = v.object({
  Resources: v.record(
    v.string(),
    v.looseObject({ Type: v.string(), Properties: v.optional(v.record(v.string(), v.unknown()), {}) }),
  ),
});
export type Template = v.InferOutput<typeof Template>;

/** A copy of the project, in which a deploy may write. */
export class Project implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async copy(): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), "studio-reaper-deploy-"));
    await Promise.all(PARTS.map((part) => cp(join(root, part), join(folder, part), { recursive: true })));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    await mkdir(join(folder, "tmp"));
    return new Project(folder);
  }

  /** Runs `npx serverless` as a deployer without an AWS configuration does, with these variables added. */
  serverless(args: readonly string[], given: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const binaries = join(root, "node_modules/.bin");
    // npx puts the project's binaries first, and so its Node. Packaging leaves its work behind in the temporary folder.
    const environment = {
      ...given,
      PATH: `${binaries}${delimiter}${env["PATH"] ?? ""}`,
      HOME: this.folder,
      TMPDIR: join(this.folder, "tmp"),
      AWS_EC2_METADATA_DISABLED: "true",
      SLS_AWS_MONITORING_FREQUENCY: "100",
    };
    return new Promise((done) => {
      execFile(
        join(binaries, "serverless"),
        [...args],
        { cwd: this.folder, env: environment, timeout: MOST_MS, killSignal: "SIGKILL" },
        (error, stdout, stderr) => {
          done({
            code: error === null ? 0 : typeof error.code === "number" ? error.code : -1,
            output: `${stdout}${stderr}`,
          });
        },
      );
    });
  }

  get templateFile(): string {
    return join(this.folder, ".serverless/cloudformation-template-update-stack.json");
  }

  /** The template of the last package or deploy. */
  async template(): Promise<Template> {
    return v.parse(Template, JSON.parse(await readFile(this.templateFile, "utf8")));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
