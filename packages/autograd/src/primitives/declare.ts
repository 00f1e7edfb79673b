import { apply } from "../apply.js";
import { scalar } from "../create.js";
import { type DType, promote, toElement } from "../dtype.js";
import { ArgumentError, DTypeError } from "../errors.js";
import type { Primitive, Read, Vjp } from "../primitive.js";
import type { Scalar } from "../scalar/expression.js";
import { expressionOf, type PointwiseRole } from "../scalar/pointwise.js";
import { broadcastShapes } from "../shape.js";
import { show } from "../show.js";
import { Tensor } from "../tensor.js";
import { castTo } from "./views.js";

/** What a pointwise operation takes: a tensor, or a plain number or boolean that never changes a float's dtype. */
export type Operand = Tensor | number | boolean;

/** A primitive that is called like a function: operands first, its arguments last. */
export type Callable<Args> = { readonly primitive: Primitive<Args> };

/** An operation of one operand with its arguments. */
export type Strict<Args> = Callable<Args> & ((x: Tensor, args: Args) => Tensor);

/** An operation of several operands with its arguments. */
export type StrictMany<Args> = Callable<Args> & ((inputs: readonly Tensor[], args: Args) => Tensor);

/** An operation with arguments, called with a list of tensors: the strict form that the public functions build on. */
export function declare<Args>(primitive: Primitive<Args>): Strict<Args> {
  return Object.assign((x: Tensor, args: Args) => apply(primitive, [x], args), { primitive });
}

/** As {@link declare}, for any number of operands. */
export function declareMany<Args>(primitive: Primitive<Args>): StrictMany<Args> {
  return Object.assign((inputs: readonly Tensor[], args: Args) => apply(primitive, inputs, args), { primitive });
}

/** The dtypes that a pointwise operation computes in. */
export const floats = ["float32", "float64"] as const satisfies readonly DType[];
export const numbers = ["float32", "float64", "int32"] as const satisfies readonly DType[];
export const all = ["float32", "float64", "int32", "bool"] as const satisfies readonly DType[];

/** What makes a pointwise operation, beside its name and its scalar function. */
export interface PointwiseRules {
  readonly dtypes: readonly DType[];
  readonly vjps: readonly (Vjp<null> | null)[];
  /** For each vjp what it reads. */
  readonly reads: readonly (readonly Read[])[];
  /** Which operands are conditions rather than values. Default: none. */
  readonly roles?: readonly PointwiseRole[];
  /** "bool" for comparisons and logic. Default: "value", of the operands' common dtype. */
  readonly output?: PointwiseRole;
  /** A dtype that no operand may have, even where promotion would do away with it. */
  readonly refuses?: DType;
}

/** The primitive of a scalar function applied to every element of its broadcast operands. */
export function pointwisePrimitive(
  name: string,
  build: (...args: Scalar[]) => Scalar,
  rules: PointwiseRules & { readonly roles: readonly PointwiseRole[] },
): Primitive<null> {
  const { roles, output = "value", dtypes, vjps, reads } = rules;
  const firstValue = roles.indexOf("value");
  const declaration = { name, inputs: roles, output, dtypes, expression: expressionOf(roles, build) };
  return {
    name,
    infer: (inputs) => ({
      shape:
        inputs.length === 1
          ? inputs[0]!.shape
          : broadcastShapes(
              name,
              inputs.map((input) => input.shape),
            ),
      dtype: output === "bool" ? "bool" : inputs[firstValue]!.dtype,
    }),
    run: (target, inputs, _, result) =>
      target.pointwise(declaration, firstValue < 0 ? "bool" : inputs[firstValue]!.dtype, inputs, result),
    vjps,
    reads,
    pointwise: [declaration],
  };
}

/** Operands as tensors: values of one common dtype, conditions of bool. */
function prepare(
  name: string,
  operands: readonly Operand[],
  roles: readonly PointwiseRole[],
  dtypes: readonly DType[],
) {
  checkOperands(name, operands);
  // Conditions are bool, the lowest dtype, and change nothing of what the values are promoted to.
  const common = computeDType(name, promote(operands), dtypes);
  return operands.map((operand, i) => {
    if (roles[i] === "value") return operand instanceof Tensor ? castTo(operand, common) : plain(name, operand, common);
    const condition = operand instanceof Tensor ? operand : scalar(Number(operand), "bool");
    if (condition.dtype !== "bool" || typeof operand === "number") {
      throw new DTypeError(`${name}: operand ${i} is a condition and must be bool`, {
        got: typeof operand === "number" ? "a number" : condition.dtype,
        hint: "compare first: x.ne(0)",
      });
    }
    return condition;
  });
}

/** Throws an {@link ArgumentError} for what is neither a tensor nor a plain number or boolean. */
export function checkOperands(name: string, operands: readonly unknown[]): void {
  operands.forEach((operand, i) => {
    if (operand instanceof Tensor || typeof operand === "number" || typeof operand === "boolean") return;
    throw new ArgumentError(`${name}: operand ${i} must be a tensor, a number or a boolean`, {
      got: show(operand),
      hint: "make a tensor of an array: tensor(data)",
    });
  });
}

/** A plain number or boolean as a 0-d tensor of the dtype that is computed in. */
export const plain = (name: string, value: number | boolean, dtype: DType): Tensor =>
  scalar(toElement(name, Number(value), dtype), dtype);

/** The dtype to compute in: the promoted one, or float32 where only floats are computed. */
function computeDType(name: string, common: DType, dtypes: readonly DType[]): DType {
  if (dtypes.includes(common)) return common;
  if (!dtypes.includes("int32")) return "float32";
  throw refusal(name, common);
}

const refusal = (name: string, dtype: DType): DTypeError =>
  new DTypeError(`${name}: the operation does not take ${dtype}`, {
    got: dtype,
    hint: 'convert it first: x.to("float32"); the opposite of a condition is logicalNot',
  });

/** A scalar function of one value. */
export function unary(
  name: string,
  build: (x: Scalar) => Scalar,
  dtypes: readonly DType[],
  reads: readonly Read[],
  vjp: Vjp<null>,
): Callable<null> & ((x: Operand) => Tensor) {
  const roles = ["value"] as const;
  const primitive = pointwisePrimitive(name, build, { roles, dtypes, vjps: [vjp], reads: [reads] });
  return Object.assign((x: Operand) => apply(primitive, prepare(name, [x], roles, dtypes), null), { primitive });
}

const dtypeOf = (operand: Operand): DType | null =>
  operand instanceof Tensor ? operand.dtype : typeof operand === "boolean" ? "bool" : null;

/** A scalar function of two values. */
export function binary(
  name: string,
  build: (a: Scalar, b: Scalar) => Scalar,
  rules: PointwiseRules,
): Callable<null> & ((a: Operand, b: Operand) => Tensor) {
  const { dtypes, roles = ["value", "value"], refuses } = rules;
  const primitive = pointwisePrimitive(name, build, { ...rules, roles });
  const call = (a: Operand, b: Operand): Tensor => {
    const ready = a instanceof Tensor && b instanceof Tensor && a.dtype === b.dtype && dtypes.includes(a.dtype);
    if (!ready && refuses !== undefined && [a, b].some((operand) => dtypeOf(operand) === refuses)) {
      throw refusal(name, refuses);
    }
    return apply(primitive, ready ? [a, b] : prepare(name, [a, b], roles, dtypes), null);
  };
  return Object.assign(call, { primitive });
}

/** A comparison of two values: bool, without gradient. */
export const comparison = (name: string, build: (a: Scalar, b: Scalar) => Scalar) =>
  binary(name, build, { dtypes: all, output: "bool", vjps: [null], reads: [] });

/** A scalar function of three operands. */
export function ternary(
  name: string,
  build: (a: Scalar, b: Scalar, c: Scalar) => Scalar,
  rules: PointwiseRules & { readonly roles: readonly PointwiseRole[] },
): Callable<null> & ((a: Operand, b: Operand, c: Operand) => Tensor) {
  const { dtypes, roles } = rules;
  const primitive = pointwisePrimitive(name, build, rules);
  const call = (a: Operand, b: Operand, c: Operand) => apply(primitive, prepare(name, [a, b, c], roles, dtypes), null);
  return Object.assign(call, { primitive });
}
