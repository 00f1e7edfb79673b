import { crossEntropy, type Tensor } from "@typegrad/autograd";
import { GPT, gpt2Keys, llamaKeys, Seq2SeqTransformer } from "@typegrad/transformer";
import type { Subject } from "./modules.js";
import { type Args, camelArgs, type Tensors } from "./read-case.js";

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
    ...(args.layer_norm_epsilon != null && { normEps: Number(args.layer_norm_epsilon) }),
  };
  const sizes = { vocab: vocab!, context: context!, dModel: dModel!, numLayers: numLayers!, numHeads: numHeads! };
  return new GPT({ ...sizes, ...more, activation: "gelu_tanh", tie: true });
}

export function buildLlama(args: Args): GPT {
  const sizes = {
    vocab: Number(args.vocab_size),
    dModel: Number(args.hidden_size),
    dimFeedforward: Number(args.intermediate_size),
    numLayers: Number(args.num_hidden_layers),
    numHeads: Number(args.num_attention_heads),
    numKeyValueHeads: Number(args.num_key_value_heads ?? args.num_attention_heads),
    context: Number(args.max_position_embeddings ?? 2048),
  };
  return new GPT({
    ...sizes,
    positions: "rope",
    norm: "rms",
    activation: "swiglu",
    bias: false,
    tie: args.tie_word_embeddings === true,
    ropeTheta: Number(args.rope_theta ?? 10000),
    normEps: Number(args.rms_norm_eps ?? 1e-6),
  });
}

/** Logits, and the loss of their predictions of the labels, which are the ids themselves where none are given. */
const predict = (module: GPT, { input_ids: ids, labels = ids }: Tensors): Tensors => {
  const logits = module.forward(ids!);
  return { logits, loss: nextTokenLoss(logits, labels!) };
};

const gpt2: Subject<GPT> = { build: buildGPT, forward: predict, places: ({ config }) => gpt2Keys(config) };

const llama: Subject<GPT> = { build: buildLlama, forward: predict, places: ({ config }) => llamaKeys(config) };

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

export const languageModels = { Seq2Seq: seq2seq, GPT2LMHeadModel: gpt2, LlamaForCausalLM: llama };
