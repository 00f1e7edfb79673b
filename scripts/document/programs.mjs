// The functions whose listings and pictures docs/compile.md shows, and a way to look into what they become.

import * as autograd from "../../packages/autograd/build/src/index.js";

/** A module of the autograd package, by its path below `src`. */
export const inside = (path) => import(new URL(`../../packages/autograd/build/src/${path}.js`, import.meta.url).href);

const { Specialization } = await inside("compile/specialization");
const { flatten } = await inside("compile/tree");
const { currentBackend } = await inside("targets/backends");

/** What `compile` makes of a function for some arguments: the traced graph, and a program. */
export function specialize(fn, args) {
  const specialization = new Specialization(fn, args, flatten(args).key, currentBackend(), null);
  specialization.program.prepare();
  return specialization;
}

/** The step that docs/compile.md begins with, and arguments for it. */
export function example() {
  const { manualSeed, mseLoss, noGrad, randn, zeros } = autograd;
  manualSeed(1);
  const weight = randn([8, 4], { requiresGrad: true });
  const bias = zeros([4], { requiresGrad: true });
  const fn = (x, target) => {
    const loss = mseLoss(x.matmul(weight).add(bias).relu(), target);
    loss.backward();
    noGrad(() => {
      for (const leaf of [weight, bias]) {
        leaf.assign(leaf.sub(leaf.grad.mul(0.1)));
        leaf.grad = null;
      }
    });
    return loss;
  };
  return { fn, args: [randn([16, 8]), randn([16, 4])] };
}

/** A function for each pass, so small that little else happens to it. */
export function passExamples() {
  const { grad, noGrad, ones, scaledDotProductAttention, tensor, zeros } = autograd;
  const leaf = (...shape) => zeros(shape, { requiresGrad: true });
  const [wide, weight, query, bias] = [leaf(2, 6), leaf(5, 3), leaf(1, 2, 4, 8), leaf(4)];
  const rate = tensor(0.1, { dtype: "float64" });
  const of = (fn, ...shapes) => ({ fn, args: shapes.map((shape) => ones(shape)) });
  return {
    deadCode: of((x) => [x.exp(), x.exp().mul(x)][0], [2, 3]),
    foldConstants: of((x) => x.maskedFill(ones([3, 3]).triu(1).gt(0), 0), [3, 3]),
    commonSubexpressions: of((x) => x.exp().sum().add(x.exp().amax()), [2, 3]),
    disjointSums: of(() => {
      const [a, b] = wide.split(3, 1);
      return grad(a.exp().sum().add(b.sin().sum()), [wide]);
    }),
    splitValues: of(() => grad(scaledDotProductAttention(query, query.mul(2), query.mul(3)).sum(), [query])),
    productLayouts: of(
      (x) => {
        const [slope] = grad(x.matmul(weight.transpose(0, 1)).sum(), [weight]);
        noGrad(() => weight.assign(weight.sub(slope)));
      },
      [4, 3],
    ),
    absorbCopies: of((x, y) => x.matmul(y).permute([1, 0, 2]).reshape([3, 8]), [2, 3, 5], [2, 5, 4]),
    forwardCopies: of(
      (x, y) => x.permute([1, 0, 2]).reshape([6, 4]).reshape([2, 3, 4]).matmul(y),
      [3, 2, 4],
      [2, 4, 5],
    ),
    epilogues: of(
      (x, y) => {
        const residual = x.mul(2);
        return x.matmul(y).add(bias).add(residual);
      },
      [3, 4],
      [4, 4],
    ),
    scalars: of((x) => x.mul(rate), [2, 3]),
    fuse: of((x, y) => x.mul(y).add(1).relu(), [2, 3], [3]),
  };
}
