// Mutants of the calculus (primitives, composites, fused operations), as compiled, against the table tests alone.

import { fileURLToPath } from "node:url";

const plugin = fileURLToPath(new URL("./runner.mjs", import.meta.url));

export default {
  mutate: ["packages/autograd/build/src/{primitives,composites,fused}/*.js"],
  plugins: [plugin],
  testRunner: "tables",
  coverageAnalysis: "perTest",
  incremental: true,
  incrementalFile: "out/mutation/incremental.json",
  reporters: ["progress-append-only", "clear-text", "json", "html"],
  jsonReporter: { fileName: "out/mutation/report.json" },
  htmlReporter: { fileName: "out/mutation/report.html" },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  allowConsoleColors: false,
  concurrency: 2,
  tempDirName: "out/mutation/sandbox",
  // What the table tests do not need is not copied.
  ignorePatterns: ["/examples", "/bench", "/docs", "/test", "/out", "/coverage", "/packages/{nn,transformer,trainer}"],
  // The compiler is not asked: TypeScript 7 has no interface for it, and what is mutated is JavaScript.
  tsconfigFile: "none",
  disableTypeChecks: false,
};
