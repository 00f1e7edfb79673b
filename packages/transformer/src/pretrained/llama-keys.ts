import type { GPTConfig } from "../gpt/config.js";
import type { Place } from "./keys.js";

/**
 * Hugging Face's names of a Llama's tensors, and where they stand in a {@link GPT}: three projections of theirs are one
 * of ours.
 */
export function llamaKeys(config: GPTConfig): Place[] {
  const { vocab, dModel, numLayers, dimFeedforward, tie } = config;
  const whole = (theirs: string, ours: string, ...shape: number[]): Place => ({
    theirs: `${theirs}.weight`,
    ours: `${ours}.weight`,
    shape,
  });
  const blocks = Array.from({ length: numLayers }, (_, i): Place[] => {
    const [theirs, ours] = [`model.layers.${i}`, `blocks.${i}`];
    return [
      whole(`${theirs}.input_layernorm`, `${ours}.norm1`, dModel),
      ...projections(config, `${theirs}.self_attn`, `${ours}.self_attn.in_proj_weight`),
      whole(`${theirs}.self_attn.o_proj`, `${ours}.self_attn.out_proj`, dModel, dModel),
      whole(`${theirs}.post_attention_layernorm`, `${ours}.norm2`, dModel),
      whole(`${theirs}.mlp.gate_proj`, `${ours}.feed_forward.gate`, dimFeedforward, dModel),
      whole(`${theirs}.mlp.up_proj`, `${ours}.feed_forward.up`, dimFeedforward, dModel),
      whole(`${theirs}.mlp.down_proj`, `${ours}.feed_forward.down`, dModel, dimFeedforward),
    ];
  });
  return [
    whole("model.embed_tokens", "token_embed", vocab, dModel),
    ...blocks.flat(),
    whole("model.norm", "norm", dModel),
    ...(tie ? [] : [whole("lm_head", "head", vocab, dModel)]),
  ];
}

/** Queries, keys and values: rows of our one matrix, in this order. */
function projections({ dModel, numHeads, numKeyValueHeads }: GPTConfig, theirs: string, ours: string): Place[] {
  const pairs = (numKeyValueHeads * dModel) / numHeads;
  const ends = [0, dModel, dModel + pairs, dModel + 2 * pairs];
  return ["q_proj", "k_proj", "v_proj"].map((name, i) => {
    const rows = [ends[i]!, ends[i + 1]!] as const;
    return { theirs: `${theirs}.${name}.weight`, ours, shape: [rows[1] - rows[0], dModel], rows };
  });
}
