import type { GPTOptions } from "./config.js";

/** Options of a GPT by the name of the model. */
type Presets<Name extends string> = Readonly<Record<Name, GPTOptions>>;

const gpt2Parts = {
  vocab: 50257,
  context: 1024,
  positions: "learned",
  norm: "layer",
  activation: "gelu_tanh",
  tie: true,
  bias: true,
  dropout: 0.1,
  normEps: 1e-5,
} as const;

/** GPT-2's four sizes, 124 million to 1.5 billion parameters (Radford et al. 2019, table 2). */
export const gpt2: Presets<"small" | "medium" | "large" | "xl"> = {
  /** 124 million parameters. */
  small: { ...gpt2Parts, dModel: 768, numHeads: 12, numLayers: 12 },
  /** 355 million parameters. */
  medium: { ...gpt2Parts, dModel: 1024, numHeads: 16, numLayers: 24 },
  /** 774 million parameters. */
  large: { ...gpt2Parts, dModel: 1280, numHeads: 20, numLayers: 36 },
  /** 1,558 million parameters. */
  xl: { ...gpt2Parts, dModel: 1600, numHeads: 25, numLayers: 48 },
};

const llamaParts = { positions: "rope", norm: "rms", activation: "swiglu", bias: false, dropout: 0 } as const;
const llama2Parts = {
  ...llamaParts,
  vocab: 32000,
  context: 4096,
  tie: false,
  normEps: 1e-5,
  ropeTheta: 10000,
} as const;
const llama3Parts = {
  ...llamaParts,
  vocab: 128256,
  context: 8192,
  tie: false,
  normEps: 1e-5,
  ropeTheta: 500000,
} as const;

/**
 * Llama 2 (Touvron et al. 2023) and Llama 3 as their published configurations have them, and the 260 thousand
 * parameters of stories260K, which was trained on TinyStories.
 */
export const llama: Presets<"stories260K" | "llama2_7B" | "llama2_13B" | "llama2_70B" | "llama3_8B" | "llama3_70B"> = {
  /** stories260K: 260 thousand parameters. */
  stories260K: {
    ...llamaParts,
    vocab: 512,
    context: 512,
    dModel: 64,
    numHeads: 8,
    numKeyValueHeads: 4,
    numLayers: 5,
    dimFeedforward: 172,
    tie: true,
    normEps: 1e-5,
    ropeTheta: 10000,
  },
  /** Llama 2: 6.7 billion parameters. */
  llama2_7B: { ...llama2Parts, dModel: 4096, numHeads: 32, numKeyValueHeads: 32, numLayers: 32, dimFeedforward: 11008 },
  /** Llama 2: 13 billion parameters. */
  llama2_13B: {
    ...llama2Parts,
    dModel: 5120,
    numHeads: 40,
    numKeyValueHeads: 40,
    numLayers: 40,
    dimFeedforward: 13824,
  },
  /** Llama 2: 69 billion parameters. */
  llama2_70B: { ...llama2Parts, dModel: 8192, numHeads: 64, numKeyValueHeads: 8, numLayers: 80, dimFeedforward: 28672 },
  /** Llama 3: 8 billion parameters. */
  llama3_8B: { ...llama3Parts, dModel: 4096, numHeads: 32, numKeyValueHeads: 8, numLayers: 32, dimFeedforward: 14336 },
  /** Llama 3: 70.6 billion parameters. */
  llama3_70B: { ...llama3Parts, dModel: 8192, numHeads: 64, numKeyValueHeads: 8, numLayers: 80, dimFeedforward: 28672 },
};
