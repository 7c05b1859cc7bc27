/** Every type of app that SageMaker knows. */
export const APP_TYPES: readonly string[] = [
  "JupyterServer",
  "KernelGateway",
  "DetailedProfiler",
  "TensorBoard",
  "CodeEditor",
  "JupyterLab",
  "RStudioServerPro",
  "RSessionGateway",
  "Canvas",
];
