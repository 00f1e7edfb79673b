import { CheckpointError, type Tensor } from "@typegrad/autograd";
import type { GPTConfig, GPTOptions } from "../gpt/config.js";
import { gpt2Keys } from "./gpt2-keys.js";
import type { Place } from "./keys.js";
import { llamaKeys } from "./llama-keys.js";

/** What a `config.json` holds. */
export type Settings = Readonly<Record<string, unknown>>;

/** A kind of model whose files are read: what its settings mean, and where its tensors stand. */
export interface Family {
  /** A GPT's options out of the settings. */
  readonly options: (settings: Settings) => GPTOptions;
  /** The places of its tensors. */
  readonly keys: (config: GPTConfig) => Place[];
  /** The name in the places, or null for a tensor that is no weight: masks and tables, or the head of a tied model. */
  readonly rename: (name: string, config: GPTConfig) => string | null;
}

const activations: Readonly<Record<string, GPTOptions["activation"]>> = {
  gelu_new: "gelu_tanh",
  gelu_pytorch_tanh: "gelu_tanh",
  gelu: "gelu",
};

const gpt2: Family = {
  options(settings) {
    const dModel = count(settings, "n_embd");
    const activation = activations[String(settings.activation_function ?? "gelu_new")];
    if (activation === undefined) unsupported(settings, "activation_function", Object.keys(activations).join(", "));
    only(settings, "tie_word_embeddings", true);
    only(settings, "scale_attn_weights", true);
    only(settings, "scale_attn_by_inverse_layer_idx", false);
    return {
      vocab: count(settings, "vocab_size"),
      context: count(settings, "n_positions"),
      dModel,
      numLayers: count(settings, "n_layer"),
      numHeads: count(settings, "n_head"),
      dimFeedforward: count(settings, "n_inner", 4 * dModel),
      normEps: number(settings, "layer_norm_epsilon", 1e-5),
      activation: activation!,
      tie: true,
    };
  },
  keys: gpt2Keys,
  rename(name) {
    const short = name.replace(/^transformer\./, "");
    return /^h\.\d+\.attn\.(masked_)?bias$/.test(short) || short === "lm_head.weight" ? null : short;
  },
};

const llama: Family = {
  options(settings) {
    const [dModel, numHeads] = [count(settings, "hidden_size"), count(settings, "num_attention_heads")];
    only(settings, "hidden_act", "silu");
    only(settings, "rope_scaling", null);
    only(settings, "attention_bias", false);
    only(settings, "mlp_bias", false);
    only(settings, "head_dim", dModel / numHeads);
    return {
      vocab: count(settings, "vocab_size"),
      context: count(settings, "max_position_embeddings", 2048),
      dModel,
      numLayers: count(settings, "num_hidden_layers"),
      numHeads,
      numKeyValueHeads: count(settings, "num_key_value_heads", numHeads),
      dimFeedforward: count(settings, "intermediate_size"),
      positions: "rope",
      ropeTheta: number(settings, "rope_theta", 10000),
      norm: "rms",
      normEps: number(settings, "rms_norm_eps", 1e-6),
      activation: "swiglu",
      bias: false,
      tie: settings.tie_word_embeddings === true,
    };
  },
  keys: llamaKeys,
  rename: (name, { tie }) =>
    name.endsWith(".rotary_emb.inv_freq") || (tie && name === "lm_head.weight") ? null : name,
};

const families: Readonly<Record<string, Family>> = { gpt2, llama };

/**
 * The family that the settings name as `model_type`.
 *
 * @throws CheckpointError for one that is not read.
 */
export function familyOf(settings: Settings): Family {
  const name = String(settings.model_type);
  if (Object.hasOwn(families, name)) return families[name]!;
  return unsupported(settings, "model_type", Object.keys(families).join(", "));
}

/** The tensors under the names of the places, without those that are no weights. */
export function renamed(family: Family, config: GPTConfig, tensors: Readonly<Record<string, Tensor>>) {
  const named = Object.entries(tensors).map(([name, tensor]) => [family.rename(name, config), tensor] as const);
  return Object.fromEntries(named.filter(([name]) => name !== null)) as Record<string, Tensor>;
}

function unsupported(settings: Settings, name: string, supported: string): never {
  throw new CheckpointError(`loadPretrained: config.json has an unsupported ${name}`, {
    got: JSON.stringify(settings[name]) ?? "nothing",
    hint: `supported: ${supported}`,
  });
}

/** A setting that may be left out, but not be anything else. */
function only(settings: Settings, name: string, value: unknown): void {
  const given = settings[name] ?? null;
  if (given !== null && given !== value) unsupported(settings, name, String(value));
}

function number(settings: Settings, name: string, otherwise?: number): number {
  const value = settings[name] ?? otherwise;
  return typeof value === "number" ? value : unsupported(settings, name, "a number");
}

function count(settings: Settings, name: string, otherwise?: number): number {
  const value = number(settings, name, otherwise);
  return Number.isSafeInteger(value) && value > 0 ? value : unsupported(settings, name, "a whole number above 0");
}
