import { apply } from "../apply.js";
import { isFloat } from "../dtype.js";
import { ArgumentError } from "../errors.js";
import { type Callable, floats, pointwisePrimitive } from "../primitives/declare.js";
import { branch, type Scalar, smallestNormal } from "../scalar/expression.js";
import { show } from "../show.js";
import { Tensor } from "../tensor.js";

/** A loop over float tensors of one shape, called with its operands in order. */
type Update = Callable<null> & ((...operands: readonly Tensor[]) => Tensor);

/**
 * The loops of the optimizers: new values of moments and parameters, without gradient. Moments below the smallest
 * normal number of their dtype become 0: those of parameters that are never used again fade through the subnormals, on which
 * arithmetic costs fifty times as much.
 */
function update(name: string, operands: number, build: (...args: Scalar[]) => Scalar): Update {
  const roles = new Array<"value">(operands).fill("value");
  const primitive = pointwisePrimitive(name, build, { roles, dtypes: floats, vjps: [null], reads: [] });
  const call = (...inputs: readonly Tensor[]): Tensor => {
    if (inputs.length !== operands || !inputs.every((x) => x instanceof Tensor && isFloat(x.dtype))) {
      throw new ArgumentError(`${name}: ${operands} tensors of floats are needed`, {
        got: show(inputs),
        hint: "see the docstring for their order",
      });
    }
    return apply(primitive, inputs, null);
  };
  return Object.assign(call, { primitive });
}

const withoutSubnormals = (x: Scalar): Scalar => branch(x.abs().lt(smallestNormal), 0, x);

/** decay · moment + share · gradient; operands moment, gradient, decay, share. */
export const firstMoment = update("firstMoment", 4, (moment, gradient, decay, share) =>
  withoutSubnormals(moment!.times(decay!).plus(gradient!.times(share!))),
);

/** decay · moment + share · gradient²; operands moment, gradient, decay, share. */
export const secondMoment = update("secondMoment", 4, (moment, gradient, decay, share) =>
  withoutSubnormals(moment!.times(decay!).plus(gradient!.times(gradient!).times(share!))),
);

/** value − rate · first / (√second / correction + eps); operands value, first, second, rate, correction, eps. */
export const adaptiveStep = update("adaptiveStep", 6, (value, first, second, rate, correction, eps) =>
  value!.minus(rate!.times(first!).over(second!.sqrt().over(correction!).plus(eps!))),
);

/** value + factor · direction; operands value, direction, factor. */
export const addScaled = update("addScaled", 3, (value, direction, factor) => value!.plus(direction!.times(factor!)));
