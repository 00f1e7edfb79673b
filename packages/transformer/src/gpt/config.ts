import { checkOptions, OptionError, ValueError } from "@typegrad/autograd";

/** What a GPT is made of. */
export interface GPTOptions {
  /** The number of token ids V. */
  readonly vocab: number;
  /** The width D. */
  readonly dModel: number;
  /** The number of query heads H, which divides D. */
  readonly numHeads: number;
  /** The number of blocks. */
  readonly numLayers: number;
  /** The longest sequence. */
  readonly context: number;
  /** The number of key/value heads G, which divides H: each serves H / G query heads. Default H. */
  readonly numKeyValueHeads?: number;
  /** The feed-forward width F. Default 4 D. */
  readonly dimFeedforward?: number;
  /** Learned vectors added to the embeddings, or queries and keys turned by their position. Default "learned". */
  readonly positions?: "learned" | "rope";
  /** LayerNorm or RMSNorm. Default "layer". */
  readonly norm?: "layer" | "rms";
  /** GELU with the error function or with tanh, or SwiGLU. Default "gelu". */
  readonly activation?: "gelu" | "gelu_tanh" | "swiglu";
  /** Whether the head is the token embedding. Default false. */
  readonly tie?: boolean;
  /** On the embeddings and on the output of each sub-layer. Default 0. */
  readonly dropout?: number;
  /** Whether projections and layer norms have biases; the head never has. Default true. */
  readonly bias?: boolean;
  /** Added to the variance or mean square of the norms. Default 1e-5. */
  readonly normEps?: number;
  /** The base of the rotary frequencies. Default 10000; only with "rope". */
  readonly ropeTheta?: number;
  /** Rotary pairs are (2i, 2i + 1) instead of (i, i + K / 2). Default false; only with "rope". */
  readonly ropeInterleaved?: boolean;
}

/** The options that only rotary positions have a use for. */
type Rotary = "ropeTheta" | "ropeInterleaved";

/** A GPT's options, checked and with every default filled in; the rotary ones only where positions are rotary. */
export type GPTConfig = Required<Omit<GPTOptions, Rotary>> & Pick<GPTOptions, Rotary>;

const choices = {
  positions: ["learned", "rope"],
  norm: ["layer", "rms"],
  activation: ["gelu", "gelu_tanh", "swiglu"],
} as const;

const sizes = ["vocab", "dModel", "numHeads", "context", "numKeyValueHeads", "dimFeedforward"] as const;
const switches = ["tie", "bias"] as const;
const rotary: readonly Rotary[] = ["ropeTheta", "ropeInterleaved"];
const known = [...sizes, "numLayers", ...Object.keys(choices), ...switches, "dropout", "normEps", ...rotary];

/**
 * The options with their defaults.
 *
 * @throws OptionError for unknown options, choices and rotary options without rotary positions; ValueError for sizes
 *   that are not whole numbers or do not divide one another.
 */
export function gptConfig(options: GPTOptions): GPTConfig {
  checkOptions("GPT", options, known);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as GPTOptions &
    Partial<GPTConfig>;
  const config: GPTConfig = {
    numKeyValueHeads: given.numHeads,
    dimFeedforward: 4 * given.dModel,
    positions: "learned",
    norm: "layer",
    activation: "gelu",
    tie: false,
    dropout: 0,
    bias: true,
    normEps: 1e-5,
    ...(given.positions === "rope" && { ropeTheta: 10000, ropeInterleaved: false }),
    ...given,
  };
  for (const name of sizes) checkCount(name, config[name], 1);
  checkCount("numLayers", config.numLayers, 0);
  for (const [name, allowed] of Object.entries(choices))
    checkChoice(name, config[name as keyof typeof choices], allowed);
  for (const name of switches) checkChoice(name, config[name], [true, false]);
  checkHeads(config);
  checkRotation(config);
  return config;
}

function checkCount(name: string, count: number, least: number): void {
  if (Number.isSafeInteger(count) && count >= least) return;
  throw new ValueError(`GPT: ${name} must be a whole number of at least ${least}`, {
    got: String(count),
    hint: "sizes are counts, for instance { numLayers: 4, numHeads: 4, dModel: 128, context: 64 }",
  });
}

function checkChoice(name: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return;
  throw new OptionError(`GPT: there is no such ${name}`, { got: String(value), hint: `use ${allowed.join(", ")}` });
}

function checkHeads({ dModel, numHeads, numKeyValueHeads }: GPTConfig): void {
  if (dModel % numHeads !== 0) {
    throw new ValueError("GPT: the heads do not divide the width", {
      got: `${numHeads} heads for a width of ${dModel}`,
      hint: "dModel must be a multiple of numHeads",
    });
  }
  if (numHeads % numKeyValueHeads !== 0) {
    throw new ValueError("GPT: the key/value heads do not divide the heads", {
      got: `${numKeyValueHeads} key/value heads for ${numHeads} heads`,
      hint: "numHeads must be a multiple of numKeyValueHeads",
    });
  }
}

function checkRotation(config: GPTConfig): void {
  const { positions, dModel, numHeads, ropeTheta = 0 } = config;
  if (positions !== "rope") {
    const unused = rotary.find((name) => config[name] !== undefined);
    if (unused === undefined) return;
    throw new OptionError(`GPT: ${unused} has no use without rotary positions`, {
      got: `positions "${positions}"`,
      hint: 'leave it out, or pass positions: "rope"',
    });
  }
  checkChoice("ropeInterleaved", config.ropeInterleaved, [true, false]);
  const width = dModel / numHeads;
  if (width % 2 !== 0) {
    throw new ValueError("GPT: rotary positions need an even head width", {
      got: `${dModel} / ${numHeads} = ${width}`,
      hint: "elements are turned in pairs: choose other numbers of heads",
    });
  }
  if (!(ropeTheta > 0 && ropeTheta < Number.POSITIVE_INFINITY)) {
    throw new ValueError("GPT: ropeTheta is a positive number", {
      got: String(ropeTheta),
      hint: "10000 in most models",
    });
  }
}
