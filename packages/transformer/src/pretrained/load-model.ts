import { CheckpointError } from "@typegrad/autograd";
import { gptConfig } from "../gpt/config.js";
import { GPT } from "../gpt/gpt.js";
import { familyOf, renamed } from "./families.js";
import { type Files, jsonOf, weightsOf } from "./files.js";
import { fromTheirs } from "./keys.js";

/**
 * The model of a folder in Hugging Face's layout: `config.json` of the GPT-2 or Llama family, and `model.safetensors` or
 * the shards of `model.safetensors.index.json`. Weights of float16 and bfloat16 become float32. The model is in
 * evaluation mode.
 *
 * @param files the bytes of the files by their names; others than these are not looked at
 * @throws CheckpointError for a file that is missing or damaged, a setting that is not supported, and weights that
 *   contradict the settings; ValueError for settings that contradict one another.
 */
export function loadPretrainedModel(files: Files): GPT {
  const settings = jsonOf(files, "config.json");
  const family = familyOf(settings);
  const options = family.options(settings);
  const config = gptConfig(options);
  const tensors = renamed(family, config, weightsOf(files));
  // Before anything of the size that the settings claim is made.
  if (config.numLayers > Object.keys(tensors).length) {
    throw new CheckpointError("loadPretrained: config.json has more layers than there are tensors", {
      got: `${config.numLayers} layers, ${Object.keys(tensors).length} tensors`,
      hint: "the configuration and the weights must be of the same model",
    });
  }
  const state = fromTheirs(family.keys(config), tensors);
  const model = new GPT(options);
  model.loadStateDict(state);
  return model.eval();
}
