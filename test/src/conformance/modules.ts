import type { Tensor } from "@typegrad/autograd";
import * as nn from "@typegrad/nn";
import * as transformer from "@typegrad/transformer";
import type { Leaf } from "./derivatives.js";
import { languageModels } from "./language-models.js";
import { Border, named } from "./masks.js";
import { mlp } from "./mlp.js";
import { lookUp, NotBuilt } from "./not-built.js";
import { type Args, type Case, camelArgs, type Tensors, withPrefix } from "./read-case.js";

/** A module of the files: how to make ours, and how to call it. */
export interface Subject<M extends nn.Module = nn.Module> {
  readonly build: (args: Args) => M;
  readonly forward: (module: M, inputs: Tensors, args: Args, call: Args) => Tensors;
  /** Our key for one of theirs, and whether the matrix is kept transposed. Default: the same key. */
  readonly key?: (theirs: string) => { readonly key: string; readonly transposed: boolean };
}

const make = <M extends nn.Module>(namespace: object, name: string, ...parameters: unknown[]): M => {
  const Class = lookUp<new (...parameters: unknown[]) => M>(namespace, name);
  return new Class(...parameters);
};

/** Arguments of ours out of PyTorch's, without those that only say how tensors come in. */
function settings(args: Args, ...drop: string[]): Record<string, unknown> {
  const { batch_first: _, dropout: __, ...rest } = args;
  return camelArgs(Object.fromEntries(Object.entries(rest).filter(([name]) => !drop.includes(name))), {
    nhead: "numHeads",
  });
}

type Caller = nn.Module & { forward(...inputs: unknown[]): Tensor };

const simple = (name: string, sizes: readonly string[]): Subject<Caller> => ({
  build: (args) => make(nn, name, ...sizes.map((size) => args[size]), settings(args, ...sizes)),
  forward: (module, inputs) => ({ out: module.forward(...Object.values(inputs)) }),
});

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

// biome-ignore lint/suspicious/noExplicitAny: each entry's functions agree among themselves
const table: Readonly<Record<string, Subject<any>>> = {
  "nn.Linear": simple("Linear", ["in_features", "out_features"]),
  "nn.LayerNorm": simple("LayerNorm", ["normalized_shape"]),
  "nn.Embedding": simple("Embedding", ["num_embeddings", "embedding_dim"]),
  "nn.MultiheadAttention": attention,
  "nn.TransformerEncoderLayer": encoder("TransformerEncoderLayer"),
  "nn.TransformerEncoder": encoder("TransformerEncoder"),
  "nn.TransformerDecoderLayer": decoder("TransformerDecoderLayer"),
  "nn.TransformerDecoder": decoder("TransformerDecoder"),
  "nn.Transformer": whole,
  MLP: mlp,
  ...languageModels,
};

/** The module of a case with the file's parameters in it, and those that are differentiated. */
export function buildModule(golden: Case): { subject: Subject; module: nn.Module; leaves: Leaf[] } {
  const { subject: name, args, tensors } = golden;
  if (!Object.hasOwn(table, name)) throw new NotBuilt(name);
  const subject: Subject = table[name]!;
  const translate = subject.key ?? ((key: string) => ({ key, transposed: false }));
  const stored = Object.entries(withPrefix(tensors, "param."));
  const module = subject.build(args);
  if (stored.length > 0) module.to(stored[0]![1].dtype as "float32" | "float64");
  module.loadStateDict(
    Object.fromEntries(
      stored.map(([theirs, value]) => {
        const { key, transposed } = translate(theirs);
        return [key, transposed ? value.transpose(0, 1) : value];
      }),
    ),
  );
  const parameters = new Map<string, Tensor>(module.namedParameters());
  const leaves = stored
    .filter(([theirs]) => tensors[`grad.param.${theirs}`] !== undefined)
    .map(([theirs]) => {
      const { key, transposed } = translate(theirs);
      return { name: `param.${theirs}`, tensor: parameters.get(key)!, transposed };
    });
  return { subject, module, leaves };
}
