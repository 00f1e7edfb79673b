import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Values of sacreBLEU and rouge_score lie beside the repository, not in it.
const folder = fileURLToPath(new URL("../../../../../shared/data/metrics", import.meta.url));

/** Why tests against the references' values are skipped, or null. */
export const missing = existsSync(folder) ? null : `skipped: there is no folder ${folder}`;

/** What a file of the folder holds, or `otherwise` when the folder is missing. */
export const readReference = <Content>(file: string, otherwise: Content): Content =>
  missing === null ? (JSON.parse(readFileSync(join(folder, file), "utf8")) as Content) : otherwise;
