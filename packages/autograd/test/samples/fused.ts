import * as fused from "../../src/fused/index.js";
import type { Tensor } from "../../src/index.js";
import { tensor } from "../../src/index.js";
import { observed } from "./observe.js";
import { away, discrete, ids, type PrimitivesOf, positive, type Sample, sample } from "./sample.js";

const f = observed(fused);
const constant = (value: number): Tensor => tensor(Float64Array.of(value), { shape: [] });
const plain = { scale: 0.7, causal: false, hasMask: false, hasBias: false };
const may = [true, false, true, true, true, false, false, false, false, false, true, true, true, true, true];
const mask = tensor([...may, ...may], { shape: [2, 1, 3, 5] });
const operands = [away(2, 1, 3, 7), away(2, 1, 5, 7), away(2, 1, 5, 11)] as const;
const bias = away(2, 1, 3, 5).detach();

/** A fused operation without a row here does not compile. */
export const fusedSamples: Record<PrimitivesOf<typeof fused>, readonly Sample[]> = {
  geluErf: [sample((x) => f.geluErf(x), away(3, 5))],
  geluTanh: [sample((x) => f.geluTanh(x), away(3, 5))],
  siluFused: [sample((x) => f.siluFused(x), away(3, 5))],
  softplusFused: [sample((x) => f.softplusFused(x, constant(2), constant(1)), away(3, 5))],
  softmaxLast: [
    sample((x) => f.softmaxLast(x, null), away(3, 5)),
    sample((x) => f.softmaxLast(x.transpose(0, 1), null), away(3, 5)),
  ],
  logSoftmaxLast: [sample((x) => f.logSoftmaxLast(x, null), away(2, 3, 5))],
  normalizeRows: [
    sample((x) => f.normalizeRows([x], { eps: 1e-5, rms: false }), away(3, 5)),
    sample((x, w, b) => f.normalizeRows([x, w, b], { eps: 1e-5, rms: false }), away(3, 5), away(5), away(5)),
    sample((x, w) => f.normalizeRows([x, w], { eps: 1e-5, rms: true }), away(3, 5), away(5)),
  ],
  crossEntropyRows: [
    sample((x) => f.crossEntropyRows([x, ids(4, -1, 0)], { ignoreIndex: -1, labelSmoothing: 0.1 }), away(3, 5)),
  ],
  attend: [
    sample((q, k, v) => f.attend([q, k, v], plain), ...operands),
    sample((q, k, v) => f.attend([q, k, v], { ...plain, causal: true }), ...operands),
    sample((q, k, v) => f.attend([q, k, v, mask], { ...plain, hasMask: true }), ...operands),
    sample((q, k, v) => f.attend([q, k, v, mask], { ...plain, causal: true, hasMask: true }), ...operands),
    sample((q, k, v) => f.attend([q, k, v, mask, bias], { ...plain, hasMask: true, hasBias: true }), ...operands),
  ],
  firstMoment: [discrete((m, g) => f.firstMoment(m, g, constant(0.9), constant(0.1)), away(3), away(3))],
  secondMoment: [discrete((m, g) => f.secondMoment(m, g, constant(0.9), constant(0.1)), positive(3), away(3))],
  adaptiveStep: [
    discrete(
      (x, m, v) => f.adaptiveStep(x, m, v, constant(0.1), constant(0.5), constant(1e-8)),
      away(3),
      away(3),
      positive(3),
    ),
  ],
  addScaled: [discrete((x, d) => f.addScaled(x, d, constant(0.5)), away(3), away(3))],
};
