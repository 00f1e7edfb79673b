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
  /** Where source positions may look among each other: bool [S, S], [B, S, S] or [B, H, S, S]. */
  readonly srcMask?: Tensor | null;
  /** Which source positions exist for the encoder: bool [B, S], or float, added. */
  readonly srcKeyMask?: Tensor | null;
  /** Added to the encoder's scores: float, of the shapes of `srcMask`. */
  readonly srcBias?: Tensor | null;
  /** Where target positions may look among each other: bool [T, T], [B, T, T] or [B, H, T, T]. */
  readonly tgtMask?: Tensor | null;
  /** Which target positions exist: bool [B, T], or float, added. */
  readonly tgtKeyMask?: Tensor | null;
  /** Added to the scores over the target: float, of the shapes of `tgtMask`. */
  readonly tgtBias?: Tensor | null;
  /** Hide later target positions. Default false. */
  readonly tgtCausal?: boolean;
  /** Where target positions may look in the memory: bool [T, S], [B, T, S] or [B, H, T, S]. */
  readonly memoryMask?: Tensor | null;
  /** Which positions of the memory exist for the decoder: bool [B, S], or float, added. */
  readonly memoryKeyMask?: Tensor | null;
  /** Added to the scores over the memory: float, of the shapes of `memoryMask`. */
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

/**
 * Encoder and decoder: tensors in, tensors out. Embeddings, positions and the output layer are the caller's.
 *
 * @example
 * ```ts
 * const model = new Transformer({ dModel: 8, numHeads: 2, dimFeedforward: 16, numEncoderLayers: 1, numDecoderLayers: 1 });
 * model.forward(randn([2, 5, 8]), randn([2, 3, 8]), { tgtCausal: true }); // [B, 3, 8]
 * ```
 */
export class Transformer extends Module {
  /** Reads the source. */
  encoder: TransformerEncoder;
  /** Reads the target and the encoder's output. */
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
   * The decoder's output for the target, given the encoder's output for the source.
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
