import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Generator, rand } from "@typegrad/autograd";
import { InputError } from "./errors.js";
import { type Draw, makeCorpus, type Pair } from "./grammar/index.js";
import { grammarWords, plainWords, type Words } from "./words.js";

/** Sentence pairs in three parts, and how their text becomes words. */
export interface Corpus {
  readonly name: string;
  readonly words: Words;
  readonly train: readonly Pair[];
  readonly validation: readonly Pair[];
  readonly test: readonly Pair[];
}

/** Whole numbers from the library's generator, many drawn at a time. */
export function drawFrom(seed: number): Draw {
  const generator = new Generator(seed);
  let numbers: Float64Array = new Float64Array(0);
  let next = 0;
  return (n) => {
    if (next === numbers.length) {
      numbers = rand([8192], { generator, dtype: "float64" }).data as Float64Array;
      next = 0;
    }
    return Math.floor(numbers[next++]! * n);
  };
}

/** Sentences of the embedded grammar. */
export function grammarCorpus(seed: number, train: number): Corpus {
  return { name: "grammar", words: grammarWords, ...makeCorpus({ train, validation: 500, test: 500 }, drawFrom(seed)) };
}

/**
 * Parallel text from a folder: `train.SRC`, `train.TGT`, `val.*`, and the first `test_*`, plain or gzipped.
 * @throws InputError for a file that is missing or empty, and for sides of different length.
 */
export function folderCorpus(folder: string, src: string, tgt: string): Corpus {
  const files = list(folder);
  const part = (name: string): Pair[] => {
    const source = readLines(folder, files, `${name}.${src}`);
    const target = readLines(folder, files, `${name}.${tgt}`);
    if (source.length !== target.length) {
      throw new InputError(`translate: ${name} has sides of different length`, {
        got: `${source.length} lines of ${src}, ${target.length} of ${tgt}`,
        hint: "line i of one file is the translation of line i of the other",
      });
    }
    const pairs = source.map((line, i) => ({ source: line, target: target[i]! })).filter((p) => p.source && p.target);
    if (pairs.length > 0) return pairs;
    throw new InputError(`translate: ${name} has no pair of sentences`, {
      got: `${source.length} lines, each empty in ${src} or in ${tgt}`,
      hint: "line i of one file is the translation of line i of the other",
    });
  };
  const test = files
    .map((file) => file.replace(/\.gz$/, ""))
    .find((file) => /^test.*\./.test(file) && file.endsWith(`.${src}`));
  return {
    name: folder,
    words: plainWords,
    train: part("train"),
    validation: part("val"),
    test: part(test === undefined ? `test.${src}`.slice(0, -src.length - 1) : test.slice(0, -src.length - 1)),
  };
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    throw new InputError("translate: the data folder cannot be read", {
      got: folder,
      hint: "--data names a folder with train.en, train.de, val.en, val.de, test_*.en, test_*.de, plain or .gz",
    });
  }
}

function readLines(folder: string, files: readonly string[], name: string): string[] {
  const file = files.includes(name) ? name : files.includes(`${name}.gz`) ? `${name}.gz` : null;
  if (file === null) {
    throw new InputError(`translate: ${name} is missing`, {
      got: `${folder} with ${files.slice(0, 12).join(", ") || "nothing in it"}`,
      hint: `expected ${name} or ${name}.gz; --src and --tgt choose the endings`,
    });
  }
  const text = readText(join(folder, file)).replace(/^\uFEFF/, "");
  if (text.trim() === "") {
    throw new InputError(`translate: ${file} is empty`, { got: "no text", hint: "one sentence a line" });
  }
  // Only the last line ends without beginning another: an empty line may be one side of a pair.
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.trim().normalize("NFC"));
}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  } catch (error) {
    throw new InputError("translate: a file cannot be read", {
      got: `${path}: ${(error as Error).message}`,
      hint: path.endsWith(".gz") ? "is it damaged? unpack it by hand, or fetch it again" : "is it a text file?",
    });
  }
}
