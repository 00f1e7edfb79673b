import { checkOptions, type Tensor } from "@typegrad/autograd";
import { init, Module } from "@typegrad/nn";
import { TransformerDecoder } from "./decoder.js";
import { TransformerEncoder } from "./encoder.js";
import { type LayerOptions, layerOptions } from "./layer.js";

/** What the encoder–decoder is made of; the defaults are the paper's base model. */
export interface TransformerOptions extends Partial<LayerOptions> {
  /** Default 6. */
  readonly numEncoderLayers?: number;
  /** Default 6. */
  readonly numDecoderLayers?: number;
  /** A norm behind each stack. Default true, as PyTorch's `nn.Transformer` has it; the paper has none. */
  readonly finalNorm?: boolean;
}

export const transformerOptions = [...layerOptions, "numEncoderLayers", "numDecoderLayers", "finalNorm"];

/** The masks of a whole encoder–decoder; true where one may attend. */
export interface TransformerMasks {
  readonly srcMask?: Tensor | null;
  readonly srcKeyMask?: Tensor | null;
  readonly srcBias?: Tensor | null;
  readonly tgtMask?: Tensor | null;
  readonly tgtKeyMask?: Tensor | null;
  readonly tgtBias?: Tensor | null;
  /** Hide later target positions. Default false. */
  readonly tgtCausal?: boolean;
  readonly memoryMask?: Tensor | null;
  readonly memoryKeyMask?: Tensor | null;
  readonly memoryBias?: Tensor | null;
}

const maskNames = [
  "srcMask",
  "srcKeyMask",
  "srcBias",
  "tgtMask",
  "tgtKeyMask",
  "tgtBias",
  "tgtCausal",
  "memoryMask",
  "memoryKeyMask",
  "memoryBias",
];

/** Encoder and decoder: tensors in, tensors out. Embeddings, positions and the output layer are the caller's. */
export class Transformer extends Module {
  encoder: TransformerEncoder;
  decoder: TransformerDecoder;

  constructor(options: TransformerOptions = {}) {
    super();
    checkOptions("Transformer", options, transformerOptions);
    const {
      numEncoderLayers = 6,
      numDecoderLayers = 6,
      finalNorm = true,
      dModel = 512,
      numHeads = 8,
      ...rest
    } = options;
    const layer = { ...rest, dModel, numHeads, finalNorm };
    this.encoder = new TransformerEncoder({ ...layer, numLayers: numEncoderLayers });
    this.decoder = new TransformerDecoder({ ...layer, numLayers: numDecoderLayers });
    for (const parameter of this.parameters()) if (parameter.ndim > 1) init.xavierUniform(parameter);
  }

  /**
   * @param src [B, S, D] or [S, D]
   * @param tgt [B, T, D] or [T, D]
   * @returns of the target's shape
   */
  forward(src: Tensor, tgt: Tensor, masks: TransformerMasks = {}): Tensor {
    checkOptions("Transformer.forward", masks, maskNames);
    const memory = this.encoder.forward(src, {
      mask: masks.srcMask ?? null,
      bias: masks.srcBias ?? null,
      keyMask: masks.srcKeyMask ?? null,
    });
    return this.decoder.forward(tgt, memory, {
      mask: masks.tgtMask ?? null,
      bias: masks.tgtBias ?? null,
      keyMask: masks.tgtKeyMask ?? null,
      causal: masks.tgtCausal ?? false,
      memoryMask: masks.memoryMask ?? null,
      memoryBias: masks.memoryBias ?? null,
      memoryKeyMask: masks.memoryKeyMask ?? null,
    });
  }
}
