import { apply } from "../apply.js";
import { type Callable, floats, pointwisePrimitive } from "../primitives/declare.js";
import { add, div, erf, exp, gt, log1p, mul, sigmoid, tanh, where } from "../primitives/pointwise.js";
import { erf as errorFunction, exp as exponential, log1p as logarithm1p } from "../scalar/elementary.js";
import { branch, constant, type Scalar, type Operand as Term } from "../scalar/expression.js";
import type { Tensor } from "../tensor.js";

/** An activation as one loop forward and one backward. Operands after the first are its constants. */
interface Activation {
  readonly forward: (x: Scalar, ...constants: Scalar[]) => Scalar;
  readonly slope: (x: Scalar, ...constants: Scalar[]) => Scalar;
  readonly composite: (x: Tensor, ...constants: Tensor[]) => Tensor;
}

function activation(name: string, constants: number, { forward, slope, composite }: Activation) {
  const roles = new Array<"value">(1 + constants).fill("value");
  const backward = pointwisePrimitive(
    `${name}Grad`,
    (g: Scalar, x: Scalar, ...rest: Scalar[]) => g.times(slope(x, ...rest)),
    { roles: ["value", ...roles], dtypes: floats, vjps: [null], reads: [] },
  );
  const primitive = {
    ...pointwisePrimitive(name, forward as (...args: Scalar[]) => Scalar, {
      roles,
      dtypes: floats,
      vjps: [(g, { inputs }) => apply(backward, [g, ...inputs], null), null],
      reads: [roles.map((_, i) => i)],
    }),
    composite: (inputs: readonly Tensor[]) => composite(...(inputs as [Tensor, ...Tensor[]])),
  };
  const call = (...inputs: readonly Tensor[]): Tensor => apply(primitive, inputs, null);
  return Object.assign(call, { primitive, backward });
}

const SQRT_HALF = Math.SQRT1_2;
const INVERSE_SQRT_TWO_PI = 0.3989422804014327;
const SQRT_TWO_OVER_PI = 0.7978845608028654;
const CUBIC = 0.044715;

const logistic = (x: Term): Scalar => constant(1).over(exponential(constant(0).minus(x)).plus(1));

/** x Φ(x), Φ the normal distribution (Hendrycks & Gimpel 2016). */
export const geluErf = activation("gelu", 0, {
  forward: (x) => x.times(0.5).times(errorFunction(x.times(SQRT_HALF)).plus(1)),
  slope: (x) =>
    errorFunction(x.times(SQRT_HALF))
      .plus(1)
      .times(0.5)
      .plus(x.times(INVERSE_SQRT_TWO_PI).times(exponential(x.times(x).times(-0.5)))),
  composite: (x) => mul(mul(x, 0.5), add(erf(mul(x, SQRT_HALF)), 1)),
});

const OUTER = -2 * SQRT_TWO_OVER_PI;

/** e^−2u for u = √(2/π) (x + 0.044715 x³) */
const powerOfInner = (x: Scalar): Scalar =>
  exponential(
    x
      .times(x)
      .times(OUTER * CUBIC)
      .plus(OUTER)
      .times(x),
  );

/**
 * The tanh form of GELU, as GPT-2 has it: x/2 · (1 + tanh(u)), u = √(2/π) (x + 0.044715 x³). It is x ÷ (1 + e^−2u), which
 * takes one exponential, and in which nothing cancels where x is negative.
 */
export const geluTanh = activation("geluTanh", 0, {
  forward: (x) => x.over(powerOfInner(x).plus(1)),
  slope: (x) => {
    const s = constant(1).over(powerOfInner(x).plus(1));
    const rise = x
      .times(x)
      .times(-3 * OUTER * CUBIC)
      .minus(OUTER);
    return s.plus(x.times(s).times(constant(1).minus(s)).times(rise));
  },
  composite: (x) => {
    const cubic = mul(mul(x, mul(x, x)), CUBIC);
    return mul(mul(x, 0.5), add(tanh(mul(add(x, cubic), SQRT_TWO_OVER_PI)), 1));
  },
});

/** x σ(x), also called swish. */
export const siluFused = activation("silu", 0, {
  forward: (x) => x.over(exponential(x.negate()).plus(1)),
  slope: (x) => {
    const s = logistic(x);
    return s.times(x.times(constant(1).minus(s)).plus(1));
  },
  composite: (x) => mul(x, sigmoid(x)),
});

/** ln(1 + e^(βx)) / β, and x itself where βx exceeds the threshold; operands x, β, threshold. */
export const softplusFused = activation("softplus", 2, {
  forward: (x, beta, threshold) =>
    branch(x.times(beta!).gt(threshold!), x, logarithm1p(exponential(x.times(beta!))).over(beta!)),
  slope: (x, beta, threshold) => branch(x.times(beta!).gt(threshold!), 1, logistic(x.times(beta!))),
  composite: (x, beta, threshold) => {
    const scaled = mul(x, beta!);
    const linear = gt(scaled, threshold!);
    return where(linear, x, div(log1p(exp(where(linear, 0, scaled))), beta!));
  },
});

/** The loops of the activations' gradients, for the printer. */
export const activationGradients: readonly Callable<null>[] = [geluErf, geluTanh, siluFused, softplusFused].map(
  ({ backward }) => ({ primitive: backward }),
);
