import tseslint from "typescript-eslint";

const pureFolders = ["lib/policy/**", "lib/domain/**", "lib/operations/**"];
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
    // A verdict is a function of its arguments: no client, environment, logger or clock under these folders.
    files: pureFolders,
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["@aws-sdk/*", "@aws-lambda-powertools/*", "@middy/*", "node:*", "**/aws/*", "**/handlers/*"],
              message: "The policy is pure: pass what it needs as an argument.",
            },
          ],
        },
      ],
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
