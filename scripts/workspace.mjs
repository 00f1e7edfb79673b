import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Absolute paths of the folders with a package.json, directly below the root and below `packages`. */
export function workspaceFolders() {
  return [root, join(root, "packages")]
    .flatMap((parent) => readdirSync(parent, { withFileTypes: true }).map((entry) => ({ parent, entry })))
    .filter(({ entry }) => entry.isDirectory() && entry.name !== "node_modules")
    .map(({ parent, entry }) => join(parent, entry.name))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .sort();
}
