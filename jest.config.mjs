import { existsSync } from "node:fs";
import { join } from "node:path";
import { root, workspaceFolders } from "./scripts/workspace.mjs";

export default {
  rootDir: root,
  roots: workspaceFolders()
    .map((folder) => join(folder, "build"))
    .filter((folder) => existsSync(folder)),
  testMatch: ["**/*.test.js"],
  testEnvironment: "node",
  // The tests are what the compiler wrote, and source maps lead back to the .ts lines.
  transform: {},
  setupFilesAfterEnv: [join(root, "scripts", "silent-tests.mjs")],
  maxWorkers: 2,
  testTimeout: 60_000,
};
