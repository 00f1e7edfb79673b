import { type BackwardOptions, backward } from "./backward.js";
import { einsum } from "./composites/einsum.js";
import { cat, stack } from "./composites/joining.js";
import * as ops from "./ops.js";
import { toText } from "./print.js";
import { type NestedArray, Tensor } from "./tensor.js";

type Ops = typeof ops;

/** An operation without its first operand. */
type Method<F> = F extends (x: infer _, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;

/** Operations with several signatures, of which the type above would see only the last. */
type Overloaded = "max" | "min" | "scaledDotProductAttention";

// Mapped over the keys themselves, so that each method keeps the docstring of its function.
type Methods = { [Name in keyof Ops as Exclude<Name, Overloaded>]: Method<Ops[Name]> };

declare module "./tensor.js" {
  interface Tensor extends Methods {
    /** The largest element, 0-d; equal ones share the gradient. */
    max(): Tensor;
    /** The largest element along a dim, and where it stands. Its gradient goes to that one. */
    max(dim: number, options?: ops.ReduceOptions): ops.Indexed;
    /** The smallest element, 0-d; equal ones share the gradient. */
    min(): Tensor;
    /** The smallest element along a dim, and where it stands. Its gradient goes to that one. */
    min(dim: number, options?: ops.ReduceOptions): ops.Indexed;
    /** This tensor and others one behind the other along a dim (default 0): see the function `cat`. */
    cat(others: readonly Tensor[], dim?: number): Tensor;
    /** This tensor and others, all of one shape, along a new dim (default 0): see the function `stack`. */
    stack(others: readonly Tensor[], dim?: number): Tensor;
    /** Sums of products by an equation whose first term is this tensor's: see the function `einsum`. */
    einsum(equation: string, ...others: readonly Tensor[]): Tensor;
    /** Adds the gradients of this tensor to `.grad` of every leaf it was computed from. */
    backward(gradient?: Tensor, options?: BackwardOptions): void;
    /** The elements as nested arrays, booleans for bool; a plain value for a 0-d tensor. */
    toArray(): NestedArray | number | boolean;
    /** The elements in columns, with shape and dtype, as PyTorch prints them; Node's `console.log` shows the same. */
    toString(): string;
  }
}

for (const [name, operation] of Object.entries(ops)) {
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: unknown[]) {
      return (operation as (...args: unknown[]) => unknown)(this, ...rest);
    },
    writable: true,
    configurable: true,
  });
}

Tensor.prototype.cat = function (this: Tensor, others: readonly Tensor[], dim?: number): Tensor {
  return cat([this, ...others], dim);
};

Tensor.prototype.stack = function (this: Tensor, others: readonly Tensor[], dim?: number): Tensor {
  return stack([this, ...others], dim);
};

Tensor.prototype.einsum = function (this: Tensor, equation: string, ...others: readonly Tensor[]): Tensor {
  return einsum(equation, this, ...others);
};

Tensor.prototype.backward = function (this: Tensor, gradient?: Tensor, options?: BackwardOptions): void {
  backward(this, gradient, options);
};

Tensor.prototype.toArray = function (this: Tensor): NestedArray | number | boolean {
  const { data, shape, dtype } = this;
  const value = (at: number): number | boolean => (dtype === "bool" ? data[at] !== 0 : data[at]!);
  const level = (depth: number, start: number, size: number): NestedArray | number | boolean => {
    if (depth === shape.length) return value(start);
    const step = shape[depth] === 0 ? 0 : size / shape[depth]!;
    return Array.from({ length: shape[depth]! }, (_, i) => level(depth + 1, start + i * step, step));
  };
  return level(0, 0, this.size);
};

Tensor.prototype.toString = function (this: Tensor): string {
  return toText(this);
};

// By this name Node's console asks an object how it wants to be shown.
Object.defineProperty(Tensor.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: Tensor.prototype.toString });

export { Tensor };
