import { expect, test } from "@jest/globals";
import { checkpoint, manualSeed, measureTape, rand, randn, type Tensor } from "@typegrad/autograd";
import { TransformerEncoder } from "../src/index.js";

const [B, S, D] = [2, 11, 24];
const settings = { dModel: D, numHeads: 3, numLayers: 6, dimFeedforward: 4 * D, dropout: 0.1 };

type Layer = (x: Tensor) => Tensor;

/** The peak of the tape, and the bits of values, gradients and the draw that comes next. */
function trained(wrap: (layer: Layer) => Layer) {
  manualSeed(5);
  const encoder = new TransformerEncoder(settings);
  const src = randn([B, S, D], { requiresGrad: true });
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

test("an encoder of six checkpointed layers keeps less than half, and has the same gradients to the bit", () => {
  const without = trained((layer) => layer);
  const kept = trained((layer) => (x) => checkpoint(layer, x));
  expect(kept.bits).toEqual(without.bits);
  expect([kept.heldBytes, without.heldBytes]).toEqual([0, 0]);
  expect(kept.peakBytes).toBeLessThan(without.peakBytes / 2);
});
