import stylistic from "@stylistic/eslint-plugin";
import tseslint from "typescript-eslint";

/** The folders in the order in which they may import: each from those after it, and from itself. */
const LAYERS = [
  "test",
  "handlers",
  "lib/admin",
  "lib/deploy",
  "lib/aws",
  "lib/operations",
  "lib/attach",
  "lib/sweep",
  "lib/policy",
  "lib/domain",
];
const PURE_FOLDERS = ["lib/operations", "lib/policy", "lib/domain"];

const importsDownwards = LAYERS.slice(1).map((folder, i) => {
  const above = LAYERS.slice(0, i + 1).map((layer) => layer.replace("lib/", ""));
  const upwards = {
    regex: `^(\\.\\./)+(${above.join("|")})/`,
    message: `${folder} imports only from ${[...LAYERS.slice(i + 2), "itself"].join(", ")}.`,
  };
  const impure = {
    group: ["@aws-sdk/*", "@aws-lambda-powertools/*", "@middy/*", "node:*"],
    message: `${folder} is pure: pass what it needs as an argument.`,
  };
  const patterns = PURE_FOLDERS.includes(folder) ? [upwards, impure] : [upwards];
  return { files: [`${folder}/**`], rules: { "no-restricted-imports": ["error", { patterns }] } };
});

const casts = {
  selector: "TSAsExpression:not([typeAnnotation.typeName.name='const'])",
  message: "Parse at the boundary instead of casting; the only casts live in parsers, each with its reason.",
};
const readsClock = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: "`now` is an argument here.",
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "`now` is an argument here." },
];

export default tseslint.config(
  { ignores: ["**/*.js", "build/", ".serverless/", ".esbuild/", ".venv/", "node_modules/"] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { allowDefaultCaseForExhaustiveSwitch: false }],
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "no-restricted-syntax": [
        "error",
        casts,
        { selector: "ExportDefaultDeclaration", message: "Name what you export." },
        { selector: "TSEnumDeclaration", message: "Use a union of literals." },
      ],
    },
  },
  {
    // The formatter breaks code, but neither comments nor strings.
    plugins: { "@stylistic": stylistic },
    rules: { "@stylistic/max-len": ["error", { code: 120, ignoreUrls: true, ignoreRegExpLiterals: true }] },
  },
  ...importsDownwards,
  {
    // A verdict is a function of its arguments: no environment, logger or clock under these folders.
    files: PURE_FOLDERS.map((folder) => `${folder}/**`),
    rules: {
      "no-restricted-globals": ["error", "process", "console", "fetch", "setTimeout", "setInterval"],
      "no-restricted-syntax": ["error", casts, ...readsClock],
    },
  },
  {
    files: ["test/summary-reporter.ts"],
    rules: { "no-restricted-syntax": "off" },
  },
  {
    files: ["test/**"],
    rules: {
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            {
              from: "package",
              name: ["test", "it", "describe", "suite", "before", "after", "beforeEach", "afterEach"],
              package: "node:test",
            },
          ],
        },
      ],
    },
  },
);
