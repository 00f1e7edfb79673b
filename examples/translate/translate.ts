import { parseArgs } from "node:util";
import { TypegradError } from "@typegrad/autograd";
import { InputError } from "./errors.js";
import { loadTranslator } from "./model-folder.js";
import { translate, unknownWords } from "./translating.js";

// pnpm translate MODEL_DIR "sentence" ...: uses what npm start saved.

const usage = `usage: npm run translate -- MODEL_DIR "sentence" ...

Translates each sentence with the model that npm start wrote to MODEL_DIR, a line each.
`;

function readArguments(args: string[]): { help: boolean; folder: string; sentences: string[] } {
  const hint = 'npm run translate -- out/translate "The old man sees a dog."';
  let parsed: { values: { help?: boolean }; positionals: string[] };
  try {
    parsed = parseArgs({ args, allowPositionals: true, options: { help: { type: "boolean" } } });
  } catch (error) {
    throw new InputError(`translate: ${(error as Error).message.split("\n")[0]}`, { got: args.join(" "), hint });
  }
  const [folder = "", ...sentences] = parsed.positionals;
  const help = parsed.values.help === true;
  if (!help && sentences.length === 0) {
    throw new InputError("translate: a model folder and a sentence are needed", {
      got: args.join(" ") || "nothing",
      hint,
    });
  }
  return { help, folder, sentences };
}

try {
  const { help, folder, sentences } = readArguments(process.argv.slice(2));
  if (help) console.log(usage);
  else {
    const translator = loadTranslator(folder);
    const translations = translate(translator, sentences);
    const unknown = unknownWords(translator, sentences);
    if (unknown.length > 0) console.error(`note: the model does not know ${unknown.join(", ")}`);
    for (const translation of translations) console.log(translation);
  }
} catch (error) {
  if (!(error instanceof TypegradError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
