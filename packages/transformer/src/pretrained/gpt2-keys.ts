import type { GPTConfig } from "../gpt/config.js";
import type { Place } from "./keys.js";

/**
 * Hugging Face's names of GPT-2's tensors, without the prefix "transformer.", and where they stand in a {@link GPT}.
 * Their linear layers inside blocks keep their matrices [in, out]; the head is the token embedding.
 */
export function gpt2Keys({ vocab, dModel, context, numLayers, dimFeedforward }: GPTConfig): Place[] {
  const blocks = Array.from({ length: numLayers }, (_, i): Place[] => {
    const [theirs, ours] = [`h.${i}.`, `blocks.${i}.`];
    return [
      ...norm(`${theirs}ln_1`, `${ours}norm1`, dModel),
      ...linear(`${theirs}attn.c_attn`, `${ours}self_attn.in_proj_`, dModel, 3 * dModel),
      ...linear(`${theirs}attn.c_proj`, `${ours}self_attn.out_proj.`, dModel, dModel),
      ...norm(`${theirs}ln_2`, `${ours}norm2`, dModel),
      ...linear(`${theirs}mlp.c_fc`, `${ours}feed_forward.up.`, dModel, dimFeedforward),
      ...linear(`${theirs}mlp.c_proj`, `${ours}feed_forward.down.`, dimFeedforward, dModel),
    ];
  });
  return [
    { theirs: "wte.weight", ours: "token_embed.weight", shape: [vocab, dModel] },
    { theirs: "wpe.weight", ours: "position_embed.weight", shape: [context, dModel] },
    ...blocks.flat(),
    ...norm("ln_f", "norm", dModel),
  ];
}

const norm = (theirs: string, ours: string, width: number): Place[] =>
  ["weight", "bias"].map((kind) => ({ theirs: `${theirs}.${kind}`, ours: `${ours}.${kind}`, shape: [width] }));

const linear = (theirs: string, ours: string, inFeatures: number, outFeatures: number): Place[] => [
  { theirs: `${theirs}.weight`, ours: `${ours}weight`, shape: [inFeatures, outFeatures], transposed: true },
  { theirs: `${theirs}.bias`, ours: `${ours}bias`, shape: [outFeatures] },
];
