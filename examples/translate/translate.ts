import { TypegradError } from "@typegrad/autograd";
import { InputError } from "./errors.js";
import { loadTranslator } from "./model-folder.js";
import { translate } from "./translating.js";

// pnpm translate MODEL_DIR "sentence" ...: uses what npm start saved.

try {
  const [folder, ...sentences] = process.argv.slice(2);
  if (folder === undefined || sentences.length === 0) {
    throw new InputError("translate: a model folder and a sentence are needed", {
      got: process.argv.slice(2).join(" ") || "nothing",
      hint: 'pnpm translate out/translate "The old man sees a dog."',
    });
  }
  for (const translation of translate(loadTranslator(folder), sentences)) console.log(translation);
} catch (error) {
  if (!(error instanceof TypegradError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
