import { checkpoint, manualSeed, measureTape, rand, randn, type Tensor } from "@typegrad/autograd";
import { TransformerEncoder } from "../../src/index.js";

/** The sizes of an encoder's batch, [B, S, D], and the encoder's heads. */
export interface Sizes {
  readonly batch: number;
  readonly length: number;
  readonly dModel: number;
  readonly numHeads: number;
}

/** What one pass forward and backward gave, and what it took. */
export interface Pass {
  /** The loss, all gradients, and the draw that comes next. */
  readonly bits: readonly unknown[];
  readonly peakBytes: number;
  readonly heldBytes: number;
}

type Layer = (x: Tensor) => Tensor;

function pass({ batch, length, dModel, numHeads }: Sizes, wrap: (layer: Layer) => Layer): Pass {
  manualSeed(5);
  const settings = { dModel, numHeads, numLayers: 6, dimFeedforward: 4 * dModel, dropout: 0.1 };
  const encoder = new TransformerEncoder(settings);
  const src = randn([batch, length, dModel], { requiresGrad: true });
  const { result, peakBytes, heldBytes } = measureTape(() => {
    let x = src;
    for (const layer of encoder.layers) x = wrap((input) => layer.forward(input, { causal: true }))(x);
    const loss = x.mul(x).mean().add(x.tanh().sum());
    loss.backward();
    return loss.item();
  });
  const gradients = [...encoder.parameters(), src].map(({ grad }) => grad!.toArray());
  return { bits: [result, gradients, rand([4]).toArray()], peakBytes, heldBytes };
}

/** An encoder of six layers with dropout, trained one step: as it is, and with a checkpoint around each layer. */
export function measure(sizes: Sizes): { readonly without: Pass; readonly checkpointed: Pass } {
  const without = pass(sizes, (layer) => layer);
  return { without, checkpointed: pass(sizes, (layer) => (x) => checkpoint(layer, x)) };
}
