import * as tg from "../../src/index.js";
import { allSamples, ownCalls } from "../samples/index.js";

/** A public function or method, and arguments it takes. */
export interface Target {
  readonly name: string;
  readonly run: (...args: readonly unknown[]) => unknown;
  readonly args: readonly unknown[];
}

type Any = (...args: readonly unknown[]) => unknown;

/** For the other packages, which the compiler checks; what users call is fuzzed. */
const buildingBlocks = new Set(
  "adaptiveStep addScaled firstMoment secondMoment checkOptions checkShape checkTensors formatShape isFloat promote sameShape sizeOf warn wrap".split(
    " ",
  ),
);

const leaf = (): tg.Tensor => tg.tensor(Float64Array.of(1, 2, 3), { requiresGrad: true });
const square = (x: unknown): tg.Tensor => (x instanceof tg.Tensor ? x.mul(x).sum() : leaf().sum());

/** Arguments of what has no samples: creation, randomness, gradients, and methods that are no operations. */
function otherSeeds(): Record<string, readonly unknown[]> {
  const x = leaf();
  const generator = new tg.Generator(3);
  return {
    zeros: [[2, 3], { dtype: "int32" }],
    ones: [[2], { requiresGrad: true }],
    full: [[2, 3], 1.5, { dtype: "float64" }],
    zerosLike: [x],
    onesLike: [x],
    arange: [0, 5, 2, { dtype: "float32" }],
    linspace: [0, 1, 5, { dtype: "float64" }],
    eye: [2, 3, { dtype: "bool" }],
    oneHot: [tg.tensor(Int32Array.of(1, 0)), 3, { dtype: "float32" }],
    tensor: [
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: "float64", shape: [4] },
    ],
    rand: [[2, 3], { generator }],
    randn: [[2, 3], { dtype: "float64", generator }],
    randint: [0, 5, [2, 3], { generator }],
    bernoulli: [0.5, [2, 3], { generator }],
    permutation: [5, { generator }],
    manualSeed: [7],
    grad: [square(x), [x], { retainGraph: true, allowUnused: true }],
    backward: [square(x), tg.tensor(1, { dtype: "float64" }), { retainGraph: true }],
    noGrad: [() => 1],
    gradEnabled: [],
    checkpoint: [square, x],
    measureTape: [() => square(x)],
    vjp: [square, [x], tg.tensor(1, { dtype: "float64" })],
    jvp: [square, [x], [tg.ones([3], { dtype: "float64" })]],
    jacobian: [square, [x]],
    hessian: [square, [x]],
    customOp: [{ forward: square, backward: () => [x] }],
    detectAnomaly: [() => square(x)],
    checkFinite: [x],
    graphToDot: [square(x)],
    onWarning: [() => undefined],
    "new Generator": [5],
    "Generator.setState": [generator, { key: [1, 2], draws: [3, 4] }],
    "Tensor.item": [tg.tensor(1)],
    "Tensor.toArray": [x],
    "Tensor.toString": [x],
    "Tensor.detach": [x],
    "Tensor.assign": [tg.zeros([3]), tg.ones([3])],
    "Tensor.backward": [square(x), tg.tensor(1, { dtype: "float64" }), { createGraph: true }],
    "Tensor.registerHook": [x, () => undefined],
  };
}

/** The methods whose first argument is the object that they are called on. */
function methodOf(prototype: object, name: string): Any {
  return (self, ...rest) => (Reflect.get(prototype, name) as Any).apply(self, rest);
}

function functionOf(name: string): Any {
  if (name === "new Generator") return (seed) => new tg.Generator(seed as number);
  if (name.startsWith("Generator.")) return methodOf(tg.Generator.prototype, name.slice(10));
  if (name.startsWith("Tensor.")) return methodOf(tg.Tensor.prototype, name.slice(7));
  return (tg as unknown as Record<string, Any>)[name]!;
}

const isClass = (value: unknown): boolean => /^class\b/.test(Function.prototype.toString.call(value));

/** Whether the first argument must be what it is: `this` of a method is no argument. */
export const isMethod = (name: string): boolean => name.startsWith("Tensor.") || name.startsWith("Generator.");

/** Every public function and every method of Tensor, with arguments to start from; without any, random ones. */
export function surface(): readonly Target[] {
  const seeds = otherSeeds();
  const targets = Object.entries(seeds).map(([name, args]) => ({ name, run: functionOf(name), args }));
  const operations = new Set<string>();
  for (const { name, args } of allSamples.flatMap(([row, , sample]) => ownCalls(row, sample))) {
    if (typeof (tg as Record<string, unknown>)[name] !== "function" || buildingBlocks.has(name)) continue;
    operations.add(name);
    targets.push({ name, run: functionOf(name), args });
    if (args[0] instanceof tg.Tensor && name in tg.Tensor.prototype) {
      targets.push({ name: `Tensor.${name}`, run: functionOf(`Tensor.${name}`), args });
    }
  }
  for (const [name, value] of Object.entries(tg)) {
    const known = Object.hasOwn(seeds, name) || operations.has(name) || buildingBlocks.has(name);
    if (typeof value !== "function" || isClass(value) || known) continue;
    targets.push({ name, run: functionOf(name), args: [] });
  }
  return targets;
}
