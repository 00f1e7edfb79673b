import { crossEntropy, type Tensor } from "@typegrad/autograd";
import { GPT, Seq2SeqTransformer } from "@typegrad/transformer";
import type { Subject } from "./modules.js";
import { type Args, camelArgs } from "./read-case.js";

/** Hugging Face's names of GPT-2's parts and ours. Their Conv1D keeps its matrices [in, out]. */
const parts: Readonly<Record<string, string>> = {
  ln_1: "norm1",
  ln_2: "norm2",
  "attn.c_proj": "self_attn.out_proj",
  "mlp.c_fc": "linear1",
  "mlp.c_proj": "linear2",
};

function gptKey(theirs: string): { key: string; transposed: boolean } {
  if (theirs === "wte.weight") return { key: "token_embed.weight", transposed: false };
  if (theirs === "wpe.weight") return { key: "position_embed.weight", transposed: false };
  if (theirs.startsWith("ln_f.")) return { key: theirs.replace("ln_f", "blocks.norm"), transposed: false };
  const [, layer, part, kind] = /^h\.(\d+)\.(.+)\.(weight|bias)$/.exec(theirs) ?? [];
  const transposed = kind === "weight" && part!.includes("c_");
  const own = part === "attn.c_attn" ? `self_attn.in_proj_${kind}` : `${parts[part!]}.${kind}`;
  return { key: `blocks.layers.${layer}.${own}`, transposed };
}

/** Position t predicts label t + 1; −100 is ignored. */
export function nextTokenLoss(logits: Tensor, labels: Tensor): Tensor {
  const [, length, vocab] = logits.shape as [number, number, number];
  return crossEntropy(logits.slice(1, 0, length - 1).reshape([-1, vocab]), labels.slice(1, 1, length).reshape([-1]));
}

export function buildGPT(args: Args): GPT {
  const {
    vocab_size: vocab,
    n_positions: context,
    n_embd: dModel,
    n_layer: numLayers,
    n_head: numHeads,
  } = args as Record<string, number>;
  const more = {
    ...(args.n_inner != null && { dimFeedforward: Number(args.n_inner) }),
    ...(args.layer_norm_epsilon != null && { layerNormEps: Number(args.layer_norm_epsilon) }),
  };
  const sizes = { vocab: vocab!, context: context!, dModel: dModel!, numLayers: numLayers!, numHeads: numHeads! };
  return new GPT({ ...sizes, ...more, activation: "gelu_tanh", tie: true });
}

const gpt2: Subject<GPT> = {
  build: buildGPT,
  forward(module, { input_ids: ids, labels = ids }) {
    const logits = module.forward(ids!);
    return { logits, loss: nextTokenLoss(logits, labels!) };
  },
  key: gptKey,
};

/** `nn.Transformer` between embeddings and a linear layer on top; it has a norm behind each stack. */
const seq2seq: Subject<Seq2SeqTransformer> = {
  build: ({ tie, vocab, max_len: maxLength, ...args }) =>
    new Seq2SeqTransformer({
      ...camelArgs(args, { nhead: "numHeads" }),
      srcVocab: Number(vocab),
      tgtVocab: Number(vocab),
      tie: tie === true ? "all" : "none",
      maxLength: Number(maxLength),
      finalNorm: true,
      dropout: 0,
    }),
  forward: (module, { src, tgt }) => ({ out: module.forward(src!, tgt!) }),
};

export const languageModels = { Seq2Seq: seq2seq, GPT2LMHeadModel: gpt2 };
