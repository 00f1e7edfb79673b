import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const isOutput = (file) => /\.(js|d\.ts)(\.map)?$/.test(file);
const isSource = (file) => file.endsWith(".ts") && !file.endsWith(".d.ts");
const isNotes = (file) => file.endsWith(".tsbuildinfo");

/** `build/X.js` and `build/X.d.ts` come from `X.ts`. */
const sourceOf = (folder, output) =>
  join(folder, relative(join(folder, "build"), output)).replace(/(\.d\.ts|\.js)(\.map)?$/, ".ts");

/** Whether the compiler's notes name a source of which an output has gone. The compiler itself does not look. */
function lacksOutput(folder, notes) {
  const { fileNames = [] } = JSON.parse(readFileSync(notes, "utf8"));
  const outputs = fileNames
    .filter(isSource)
    .map((file) => join(folder, "build", relative(folder, join(dirname(notes), file))).replace(/\.ts$/, ""));
  return outputs.some((output) => !existsSync(`${output}.js`) || !existsSync(`${output}.d.ts`));
}

/**
 * Brings what the compiler believes about a folder's outputs in line with what is there. Outputs of a source that has
 * gone would stay, and jest would run them; an output that has gone would not come back, and jest would not miss it.
 * Without its notes the compiler writes everything.
 */
export function removeStaleOutputs(folder) {
  const build = join(folder, "build");
  if (!existsSync(build)) return;
  const files = readdirSync(build, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const orphans = files.filter((file) => isOutput(file) && !existsSync(sourceOf(folder, file)));
  for (const file of orphans) rmSync(file);
  const notes = files.filter(isNotes);
  for (const file of notes) if (orphans.length > 0 || lacksOutput(folder, file)) rmSync(file);
}
