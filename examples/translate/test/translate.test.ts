import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { manualSeed } from "@typegrad/autograd";
import { writeWhole } from "../../write-whole.js";
import { collate, encodePairs } from "../batches.js";
import { folderCorpus, grammarCorpus } from "../corpus.js";
import { InputError } from "../errors.js";
import { buildTranslator, loadTranslator, saveTranslator } from "../model-folder.js";
import { readOptions, repeatOptions } from "../options.js";
import { bleuOf, translate, unknownWords } from "../translating.js";
import { Vocabulary } from "../vocabulary.js";
import { grammarWords, plainWords } from "../words.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "typegrad-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string) =>
  writeFileSync(join(folder, name), name.endsWith(".gz") ? gzipSync(text) : text);

describe("options", () => {
  test("have defaults and are checked", () => {
    expect(readOptions([])).toMatchObject({ data: null, src: "en", tgt: "de", seed: 1, out: "out/translate" });
    expect(readOptions(["--minutes", "0.5", "--steps", "3"])).toMatchObject({ minutes: 0.5, steps: 3 });
    expect(() => readOptions(["--stepz", "3"])).toThrow(/--stepz[\s\S]*hint: npm start -- --help/);
    expect(() => readOptions(["--steps", "some"])).toThrow(/--steps is not a number that fits\ngot: some/);
    expect(() => readOptions(["--minutes", "0"])).toThrow(/a number above 0/);
    expect([readOptions([]).quick, readOptions(["--quick"]).quick]).toEqual([false, true]);
    expect([readOptions([]).decay, readOptions(["--minutes", "1"]).decay]).toEqual(["cosine", "root"]);
    expect(() => readOptions(["--minutes", "1", "--decay", "cosine"])).toThrow(/never looks at the clock/);
  });
});

describe("what repeats a run", () => {
  test("is its number of steps, unless the rate was to fall over more of them", () => {
    const options = readOptions(["--data", "my text", "--minutes", "1", "--seed", "7"]);
    const [planned, done] = [{ steps: null }, { steps: 90 }];
    expect(repeatOptions(options, planned, done)).toBe(
      "--data 'my text' --src en --tgt de --steps 90 --decay root --seed 7",
    );
    expect(repeatOptions(readOptions([]), { steps: 90 }, done)).toBe("--steps 90 --decay cosine --seed 1");
    expect(repeatOptions(readOptions([]), { steps: 100 }, done)).toBeNull();
    expect(repeatOptions(readOptions(["--quick"]), { steps: 90 }, done)).toMatch(/^--quick --steps 90 /);
  });
});

describe("a folder of parallel text", () => {
  test("is read, plain or compressed", () => {
    for (const part of ["train", "val", "test_2016"]) {
      write(`${part}.en.gz`, "A dog.\nTwo cats.\n");
      write(`${part}.de`, "Ein Hund.\nZwei Katzen.\n");
    }
    const corpus = folderCorpus(folder, "en", "de");
    expect(corpus.test).toEqual([
      { source: "A dog.", target: "Ein Hund." },
      { source: "Two cats.", target: "Zwei Katzen." },
    ]);
  });

  test("that is missing, empty, uneven or damaged is refused", () => {
    expect(() => folderCorpus(join(folder, "nowhere"), "en", "de")).toThrow(/cannot be read/);
    write("train.en", "A dog.\nTwo cats.\n");
    expect(() => folderCorpus(folder, "en", "de")).toThrow(/train.de is missing\ngot: .* with train.en/);
    write("train.de", "");
    expect(() => folderCorpus(folder, "en", "de")).toThrow(/train.de is empty/);
    write("train.de", "Ein Hund.\n");
    expect(() => folderCorpus(folder, "en", "de")).toThrow(/different length\ngot: 2 lines of en, 1 of de/);
    rmSync(join(folder, "train.de"));
    writeFileSync(join(folder, "train.de.gz"), "not compressed");
    expect(() => folderCorpus(folder, "en", "de")).toThrow(/cannot be read[\s\S]*damaged/);
    rmSync(join(folder, "train.en"));
    mkdirSync(join(folder, "train.en"));
    expect(() => folderCorpus(folder, "en", "de")).toThrow(/a file cannot be read\ngot: .*train.en/);
  });

  test("may have lines that are empty on one side, the last one too, but not only such", () => {
    for (const part of ["train", "val", "test"]) {
      write(`${part}.en`, "\uFEFFA dog.\r\nTwo cats.\r\n\r\nA bird.\r\n");
      write(`${part}.de`, "Ein Hund.\n\nNichts.\n\n");
    }
    expect(folderCorpus(folder, "en", "de").train).toEqual([{ source: "A dog.", target: "Ein Hund." }]);
    write("val.de", "\n\n\nEin Vogel.\n");
    expect(folderCorpus(folder, "en", "de").validation).toEqual([{ source: "A bird.", target: "Ein Vogel." }]);
    write("val.de", "\n\nNur hier.\n\n");
    expect(() => folderCorpus(folder, "en", "de")).toThrow(/val has no pair of sentences\ngot: 4 lines/);
  });
});

describe("words", () => {
  test("plain text is split and joined", () => {
    expect(plainWords.split("A man's well-known dog, (two) cats.")).toEqual([
      "A",
      "man's",
      "well-known",
      "dog",
      ",",
      "(",
      "two",
      ")",
      "cats",
      ".",
    ]);
    expect(plainWords.join(["A", "dog", ",", "(", "two", ")", "."])).toBe("A dog, (two).");
  });

  test("rare words share an id", () => {
    const vocabulary = Vocabulary.from(
      [
        ["a", "b", "a"],
        ["a", "c", "b"],
      ],
      2,
    );
    expect(vocabulary.words).toEqual(["<pad>", "<s>", "</s>", "<unk>", "a", "b"]);
    expect(vocabulary.encode(["b", "c"])).toEqual([5, 3, 2]);
    expect(vocabulary.decode([4, 3])).toEqual(["a", "<unk>"]);
  });
});

describe("a model folder", () => {
  const { train } = grammarCorpus(1, 40);
  const vocabularies = (["source", "target"] as const).map((side) =>
    Vocabulary.from(
      train.map((pair) => grammarWords.split(pair[side])),
      1,
    ),
  ) as [Vocabulary, Vocabulary];
  const sizes = { dModel: 8, numHeads: 2, numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 8, maxLength: 30 };

  test("gives back the model that was saved, and holds nothing else", async () => {
    manualSeed(1);
    const translator = buildTranslator(sizes, vocabularies, grammarWords);
    await saveTranslator(folder, translator);
    expect(readdirSync(folder).sort()).toEqual(["model.json", "model.safetensors"]);
    const sentences = train.slice(0, 3).map(({ source }) => source);
    expect(translate(loadTranslator(folder), sentences)).toEqual(translate(translator, sentences));
  });

  test("that is missing, damaged, half-written or of two runs is refused", async () => {
    expect(() => loadTranslator(folder)).toThrow(/model.json is missing/);
    await saveTranslator(folder, buildTranslator(sizes, vocabularies, grammarWords));
    const [weights, settings] = [join(folder, "model.safetensors"), join(folder, "model.json")];
    const whole = readFileSync(weights);
    const stored = JSON.parse(readFileSync(settings, "utf8"));
    for (const [change, problem] of [
      [{ settings: null }, "no settings of a model"],
      [{ weights: undefined }, "no hash"],
      [{ words: "runes" }, 'words "runes"'],
      [{ source: [...stored.source, "more"] }, "source words for a model of"],
      [{ target: [...stored.target].reverse() }, "does not begin with"],
      [{ target: [...stored.target.slice(0, -1), stored.target[5]] }, "target has a word twice"],
      [{ target: "der die das" }, "target is no list of words"],
    ] as const) {
      write("model.json", JSON.stringify({ ...stored, ...change }));
      expect(() => loadTranslator(folder)).toThrow(InputError);
      expect(() => loadTranslator(folder)).toThrow(problem);
    }
    for (const text of ["", "{", "null", "[]", "3"]) {
      write("model.json", text);
      expect(() => loadTranslator(folder)).toThrow(/settings of the model are damaged/);
    }
    write("model.json", JSON.stringify(stored));
    writeFileSync(weights, whole.subarray(0, 1000));
    expect(() => loadTranslator(folder)).toThrow(/is not the file that model.json belongs to/);
    await saveTranslator(folder, buildTranslator(sizes, vocabularies, grammarWords));
    write("model.json", JSON.stringify(stored));
    expect(() => loadTranslator(folder)).toThrow(/is not the file that model.json belongs to/);
    rmSync(weights);
    expect(() => loadTranslator(folder)).toThrow(/model.safetensors is missing/);
  });

  test("a file that cannot be written leaves nothing behind", async () => {
    mkdirSync(join(folder, "model.json", "in the way"), { recursive: true });
    await expect(writeWhole(join(folder, "model.json"), "{}")).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(["model.json"]);
  });

  test("words that are not known are named, and marks of the vocabulary are no words", () => {
    const translator = buildTranslator(sizes, vocabularies, grammarWords);
    const sentence = train[0]!.source.replace(/[.?]$/, " zeppelin <pad> zeppelin </s>.");
    expect(unknownWords(translator, [sentence])).toEqual(["zeppelin", "<pad>", "</s>"]);
    expect(translator.source.encode(["<pad>", "</s>", "<s>"])).toEqual([3, 3, 3, 2]);
    expect(() => translate(translator, [sentence])).not.toThrow();
  });

  test("sentences that are empty or too long are refused", () => {
    const translator = buildTranslator({ ...sizes, maxLength: 4 }, vocabularies, grammarWords);
    expect(() => translate(translator, [""])).toThrow(/empty or too long/);
    expect(() => translate(translator, ["the old man sees a dog ."])).toThrow(/at most 3 words/);
  });

  test("batches are padded, and the target is shifted by one", () => {
    const samples = encodePairs(train.slice(0, 2), grammarWords, vocabularies, 30);
    const { src, tgtIn, tgtOut, tokens } = collate(samples);
    expect(src.shape[0]).toBe(2);
    samples.forEach(({ target }, i) => {
      expect(tgtIn.select(0, i).slice(0, 0, target.length).toArray()).toEqual([1, ...target.slice(0, -1)]);
      expect(tgtOut.select(0, i).slice(0, 0, target.length).toArray()).toEqual(target);
    });
    expect(tokens).toBe(samples[0]!.target.length + samples[1]!.target.length);
    const longest = Math.max(...samples.flatMap(({ source, target }) => [source.length, target.length]));
    expect([src, tgtIn, tgtOut].map(({ shape }) => shape)).toEqual([0, 1, 2].map(() => [2, longest]));
    expect(collate(samples, 7).src.shape[1]).toBe(7 * Math.ceil(longest / 7));
  });
});

test("BLEU compares with the references as they were written, without those that are empty", () => {
  const judged = (written: string, output: string) => ({ source: "", written, reference: "", output, correct: false });
  const right = judged("Ein Hund (braun) rennt.", "Ein Hund (braun) rennt.");
  expect(bleuOf([right, judged("", "ja")])?.score).toBeCloseTo(100, 10);
  expect(bleuOf([judged("", "ja")])).toBeNull();
});
