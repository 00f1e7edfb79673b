import { expect, test } from "@jest/globals";
import { Generator, randint, randn } from "@typegrad/autograd";
import {
  BatchNorm1d,
  BCEWithLogitsLoss,
  Conv1d,
  Conv2d,
  Embedding,
  LayerNorm,
  Linear,
  type Module,
  ModuleList,
  MultiheadAttention,
  Parameter,
  ReLU,
  RMSNorm,
  readSafetensors,
  writeSafetensors,
} from "../src/index.js";

/** Whole numbers below a bound, as a seed gives them. */
const below = (generator: Generator) => (bound: number) => randint(0, bound, [], { generator }).item();

const makers: readonly ((size: number, flag: boolean) => Module)[] = [
  (size, bias) => new Linear(size, 3, { bias }),
  (size) => new Embedding(size, 2),
  (size, elementwiseAffine) => new LayerNorm([size, 2], { elementwiseAffine }),
  (size) => new RMSNorm(size),
  (size, affine) => new BatchNorm1d(size, { affine }),
  (size, trackRunningStats) => new BatchNorm1d(size, { trackRunningStats }),
  (size, bias) => new Conv1d(size, 2, 3, { bias }),
  (size) => new Conv2d(2 * size, 2, [2, 3], { groups: 2 }),
  (size, addBiasKv) => new MultiheadAttention(2 * size, 2, { addBiasKv, vdim: 3 }),
  () => new BCEWithLogitsLoss({ posWeight: randn([3]) }),
  () => new ReLU(),
];

/** A tree of modules in which some parameters are shared; the same for the same seed, but for the values. */
function grow(seed: number): ModuleList {
  const draw = below(new Generator(seed));
  const branch = (depth: number): ModuleList => {
    const items = Array.from({ length: 1 + draw(3) }, (): Module => {
      if (depth > 0 && draw(3) === 0) return branch(depth - 1);
      return makers[draw(makers.length)]!(1 + draw(4), draw(2) === 1);
    });
    // The same module a second time, so that its keys come twice.
    if (draw(3) === 0) items.push(items[draw(items.length)]!);
    return new ModuleList(items);
  };
  const model = branch(2);
  if (draw(2) === 1) model.to("float64");
  return model;
}

/** Other values than those that a module starts with, in buffers too. */
function scramble(model: Module, seed: number): void {
  const generator = new Generator(seed);
  const scrambled = Object.entries(model.stateDict()).map(([key, x]) => [
    key,
    x.dtype === "int32" ? randint(0, 1000, x.shape, { generator }) : randn(x.shape, { generator }).to(x.dtype),
  ]);
  model.loadStateDict(Object.fromEntries(scrambled));
}

test("any state comes back from its bytes to the bit, with shapes, dtypes and what is shared", () => {
  for (let seed = 0; seed < 60; seed++) {
    const [from, into] = [grow(seed), grow(seed)];
    scramble(from, seed);
    const bytes = writeSafetensors(from.stateDict());
    into.loadStateDict(readSafetensors(bytes).tensors);
    const [wanted, found] = [from.stateDict(), into.stateDict()];
    expect(Object.keys(found)).toEqual(Object.keys(wanted));
    for (const [key, x] of Object.entries(wanted)) {
      expect([key, found[key]!.dtype, found[key]!.shape]).toEqual([key, x.dtype, x.shape]);
      expect(found[key]!.data).toEqual(x.data);
    }
    expect(writeSafetensors(into.stateDict())).toEqual(bytes);
    expect(into.parameters().every((x) => x instanceof Parameter && x.isLeaf && x.requiresGrad)).toBe(true);
    expect(into.parameters()).toHaveLength(from.parameters().length);
  }
});
