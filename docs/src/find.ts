import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A block of TypeScript in a document or a docstring. */
export interface Example {
  /** The file it stands in, from the root on. */
  readonly file: string;
  /** The line of its fence, from 1 on; the code begins on the next one. */
  readonly line: number;
  /** The code on the lines and columns that it has in the file: everything before it is left blank. */
  readonly source: string;
  /** Whether it stands in a docstring, where the names that the packages export need no import. */
  readonly docstring: boolean;
  /** Whether it shows a part of something that does not run by itself (a fence that says "ts fragment"). */
  readonly fragment: boolean;
}

const skipped = /^(node_modules|build|out|golden|coverage|\..*)$/;

/** What may hold examples: Markdown everywhere, TypeScript in the sources of the packages. */
const mayHoldExamples = (file: string): boolean =>
  file.endsWith(".md") || (/^packages\/\w+\/src\/.*\.ts$/.test(file) && !file.endsWith(".generated.ts"));

function filesBelow(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !skipped.test(entry.name))
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(root, path);
      return entry.isFile() && mayHoldExamples(path) ? [path] : [];
    })
    .sort();
}

/** The examples of one file, in their order. */
export function examplesIn(file: string, text: string): Example[] {
  const docstring = file.endsWith(".ts");
  const margin = docstring ? /^ *\*( |$)/ : /^/;
  const examples: Example[] = [];
  let open: { line: number; fragment: boolean; code: string[] } | null = null;
  for (const [i, line] of text.split("\n").entries()) {
    const code = line.replace(margin, (found) => " ".repeat(found.length));
    const fence = docstring && !margin.test(line) ? null : /^ *```(.*)$/.exec(code);
    if (open === null) {
      if (fence !== null && /^ts( |$)/.test(fence[1]!))
        open = { line: i + 1, fragment: fence[1] === "ts fragment", code: [] };
    } else if (fence === null) {
      open.code.push(code);
    } else {
      const { line, fragment } = open;
      const source = "\n".repeat(line) + open.code.join("\n");
      examples.push({ file, line, source, docstring, fragment });
      open = null;
    }
  }
  return examples;
}

/** All examples of the project. */
export const findExamples = (root: string): Example[] =>
  filesBelow(root).flatMap((file) => examplesIn(file, readFileSync(join(root, file), "utf8")));
