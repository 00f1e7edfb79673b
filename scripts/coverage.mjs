// jest's settings for `pnpm coverage`: which lines and branches of the autograd package its own tests reach. V8 counts
// on the compiled files, and source maps lead back to the .ts lines.

import config from "../jest.config.mjs";

export default {
  ...config,
  testMatch: ["**/packages/autograd/build/test/**/*.test.js"],
  collectCoverage: true,
  coverageProvider: "v8",
  collectCoverageFrom: [
    "packages/autograd/build/src/**/*.js",
    // Printed by the build from what is tested, and loops that only other dtypes use.
    "!**/*.generated.js",
    // Types alone.
    "!**/{primitive,targets/target}.js",
  ],
  coverageDirectory: "out/coverage",
  coverageReporters: ["text", "html"],
  coverageThreshold: { global: { lines: 98, branches: 98 } },
};
