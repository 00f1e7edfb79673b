import * as nn from "@typegrad/nn";
import * as transformer from "@typegrad/transformer";
import { make, settings } from "./build.js";
import { Border, named } from "./masks.js";
import type { Subject } from "./modules.js";

const attention: Subject<nn.MultiheadAttention> = {
  build: (args) =>
    make(nn, "MultiheadAttention", args.embed_dim, args.num_heads, settings(args, "embed_dim", "num_heads")),
  forward(module, inputs, args, call) {
    const { query, key = query, value = key, key_padding_mask: padding, attn_mask: mask } = inputs;
    const border = new Border(args, query!, Number(args.num_heads));
    const [out, weights] = module.forward(border.turn(query!), border.turn(key!), border.turn(value!), {
      ...border.scores(mask, query!.ndim === 3),
      keyMask: border.keys(padding),
      needWeights: call.need_weights !== false,
      averageWeights: call.average_attn_weights !== false,
    });
    return { attn_output: border.turn(out), ...(weights && { attn_output_weights: weights }) };
  },
};

const encoder = (name: string): Subject<transformer.TransformerEncoder> => ({
  build: (args) => make(transformer, name, { ...settings(args), dropout: 0 }),
  forward(module, { src, src_mask: own, mask = own, src_key_padding_mask: padding }, args) {
    const border = new Border(args, src!, Number(args.nhead));
    const masks = { ...border.scores(mask, src!.ndim === 3), keyMask: border.keys(padding) };
    return { out: border.turn(module.forward(border.turn(src!), masks)) };
  },
});

const decoder = (name: string): Subject<transformer.TransformerDecoder> => ({
  build: (args) => make(transformer, name, { ...settings(args), dropout: 0 }),
  forward(module, inputs, args) {
    const { tgt, memory } = inputs;
    const border = new Border(args, tgt!, Number(args.nhead));
    const batched = tgt!.ndim === 3;
    const masks = {
      ...border.scores(inputs.tgt_mask, batched),
      keyMask: border.keys(inputs.tgt_key_padding_mask),
      ...named("memory", border.scores(inputs.memory_mask, batched)),
      memoryKeyMask: border.keys(inputs.memory_key_padding_mask),
    };
    return { out: border.turn(module.forward(border.turn(tgt!), border.turn(memory!), masks)) };
  },
});

const whole: Subject<transformer.Transformer> = {
  build: (args) => make(transformer, "Transformer", { ...settings(args), dropout: 0 }),
  forward(module, inputs, args) {
    const { src, tgt } = inputs;
    const border = new Border(args, src!, Number(args.nhead ?? 8));
    const masks = ["src", "tgt", "memory"].map((part) => ({
      ...named(part, border.scores(inputs[`${part}_mask`], src!.ndim === 3)),
      [`${part}KeyMask`]: border.keys(inputs[`${part}_key_padding_mask`]),
    }));
    return { out: border.turn(module.forward(border.turn(src!), border.turn(tgt!), Object.assign({}, ...masks))) };
  },
};

/** The modules over sequences, which are sequence first in the files unless `batch_first`. */
export const sequenceModules = {
  "nn.MultiheadAttention": attention,
  "nn.TransformerEncoderLayer": encoder("TransformerEncoderLayer"),
  "nn.TransformerEncoder": encoder("TransformerEncoder"),
  "nn.TransformerDecoderLayer": decoder("TransformerDecoderLayer"),
  "nn.TransformerDecoder": decoder("TransformerDecoder"),
  "nn.Transformer": whole,
};
