import type { DType } from "../../src/index.js";
import {
  asPlain,
  build,
  common,
  converted,
  floatDType,
  type Plain,
  promoted,
  stretched,
  Unsupported,
  type Value,
} from "./plain.js";

/** The dtype of the result, from the promoted dtype of the operands. */
type Rule = (dtype: DType) => DType;

const floats: Rule = floatDType;
const anything: Rule = (dtype) => dtype;
const condition: Rule = () => "bool";
const numbers: Rule = (dtype) => {
  if (dtype === "bool") throw new Unsupported(dtype);
  return dtype;
};

/** f of every element of the broadcast operands. */
const pointwise =
  (rule: Rule, f: (...values: number[]) => number) =>
  (...operands: Value[]): Plain => {
    const plain = operands.map(asPlain);
    const dtype = rule(promoted(operands));
    return build(common(plain.map(({ shape }) => shape)), dtype, (position) =>
      stored(dtype, f(...plain.map((operand) => stretched(operand, position)))),
    );
  };

/** Integers are cut, not rounded, and 0 where there is none; the sum of two bools is true where it is not 0. */
const stored = (dtype: DType, value: number): number =>
  dtype === "int32" ? Math.trunc(Number.isFinite(value) ? value : 0) : dtype === "bool" ? Number(value !== 0) : value;

/** f of every element of one operand. */
const unary = (rule: Rule, f: (value: number) => number) => {
  const run = pointwise(rule, f);
  return (x: Value): Plain => run(x);
};

const binary = (rule: Rule, f: (a: number, b: number) => number) => {
  const run = pointwise(rule, f as (...values: number[]) => number);
  return (a: Value, b: Value): Plain => run(a, b);
};

/** 2/√π Σ (−1)ⁿ x^(2n+1) / (n! (2n + 1)); for larger arguments, where it cancels, 1 − erfc as a continued fraction. */
function errorFunction(x: number): number {
  if (Math.abs(x) > 2) {
    let fraction = Math.abs(x);
    for (let k = 100; k > 0; k--) fraction = Math.abs(x) + k / 2 / fraction;
    return Math.sign(x) * (1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction));
  }
  let power = x;
  let sum = 0;
  for (let n = 0; n < 60; n++) {
    sum += power / (2 * n + 1);
    power *= (-x * x) / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const normalDistribution = (x: number): number => (1 + errorFunction(x / Math.SQRT2)) / 2;
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const geluTanh = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
const softplus = (x: number, beta: number, threshold: number): number =>
  beta * x > threshold ? x : Math.log(1 + Math.exp(beta * x)) / beta;

/** As C99 has it: 1 to any power is 1. */
const power = (a: number, b: number): number => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b);
const clamped = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

/** The scalar functions; the value operands alone decide the dtype. */
export const pointwiseReferences = {
  add: binary(anything, (a, b) => a + b),
  sub: (a: Value, b: Value): Plain => {
    for (const operand of [a, b]) numbers(promoted([operand]));
    return binary(numbers, (x, y) => x - y)(a, b);
  },
  mul: binary(anything, (a, b) => a * b),
  div: binary(floats, (a, b) => a / b),
  power: binary(numbers, power),
  maximum: binary(anything, Math.max),
  minimum: binary(anything, Math.min),
  neg: unary(numbers, (x) => -x),
  exp: unary(floats, Math.exp),
  log: unary(floats, Math.log),
  log1p: unary(floats, Math.log1p),
  expm1: unary(floats, Math.expm1),
  sqrt: unary(floats, Math.sqrt),
  rsqrt: unary(floats, (x) => 1 / Math.sqrt(x)),
  abs: unary(numbers, Math.abs),
  sign: unary(anything, Math.sign),
  tanh: unary(floats, Math.tanh),
  sigmoid: unary(floats, logistic),
  relu: unary(numbers, (x) => Math.max(x, 0)),
  sin: unary(floats, Math.sin),
  cos: unary(floats, Math.cos),
  erf: unary(floats, errorFunction),
  clip: (x: Value, low: Value, high: Value) => pointwise(numbers, clamped as never)(x, low, high),
  where: (mask: Value, a: Value, b: Value): Plain => {
    if (typeof mask === "number" || (typeof mask === "object" && mask.dtype !== "bool"))
      throw new Unsupported("a condition");
    const plain = [mask, a, b].map(asPlain);
    return build(common(plain.map(({ shape }) => shape)), promoted([a, b]), (position) => {
      const [own, yes, no] = plain.map((operand) => stretched(operand, position));
      return own === 1 ? yes! : no!;
    });
  },
  eq: binary(condition, (a, b) => Number(a === b)),
  ne: binary(condition, (a, b) => Number(a !== b)),
  lt: binary(condition, (a, b) => Number(a < b)),
  le: binary(condition, (a, b) => Number(a <= b)),
  gt: binary(condition, (a, b) => Number(a > b)),
  ge: binary(condition, (a, b) => Number(a >= b)),
  both: binary(onlyConditions, (a, b) => Number(a === 1 && b === 1)),
  either: binary(onlyConditions, (a, b) => Number(a === 1 || b === 1)),

  pow: (a: Value, b: Value): Plain => {
    const whole = typeof a === "object" && (a.dtype === "int32" || a.dtype === "bool");
    if (whole && typeof b === "number" && Number.isInteger(b) && b < 0) throw new Unsupported("a fraction");
    return binary(numbers, power)(a, b);
  },
  clamp: (x: Value, { min = null, max = null }: { min?: Value | null; max?: Value | null }): Plain => {
    // A bound that is missing takes no part in promotion.
    const bounds = [min, max].filter((bound) => bound !== null);
    const dtype = numbers(promoted([x, ...bounds]));
    const held = pointwise(() => dtype, clamped as never);
    return held(x, min ?? -Infinity, max ?? Infinity);
  },
  maskedFill: (x: Plain, mask: Value, value: Value): Plain =>
    pointwiseReferences.where(mask, converted(asPlain(value), x.dtype), x),
  logicalAnd: binary(condition, (a, b) => Number(a !== 0 && b !== 0)),
  logicalOr: binary(condition, (a, b) => Number(a !== 0 || b !== 0)),
  logicalNot: unary(condition, (x) => Number(x === 0)),
  gelu: (x: Value, { approximate = "none" }: { approximate?: "none" | "tanh" } = {}) =>
    unary(floats, approximate === "tanh" ? geluTanh : (value) => value * normalDistribution(value))(x),
  silu: unary(floats, (x) => x * logistic(x)),
  softplus: (x: Value, { beta = 1, threshold = 20 }: { beta?: number; threshold?: number } = {}) =>
    unary(floats, (value) => softplus(value, beta, threshold))(x),

  geluErf: unary(floats, (x) => x * normalDistribution(x)),
  geluTanh: unary(floats, geluTanh),
  siluFused: unary(floats, (x) => x * logistic(x)),
  softplusFused: pointwise(floats, softplus as never),
  firstMoment: pointwise(
    floats,
    ((m: number, g: number, decay: number, share: number) => decay * m + share * g) as never,
  ),
  secondMoment: pointwise(
    floats,
    ((m: number, g: number, decay: number, share: number) => decay * m + share * g * g) as never,
  ),
  adaptiveStep: pointwise(
    floats,
    ((x: number, m: number, v: number, rate: number, correction: number, eps: number) =>
      x - (rate * m) / (Math.sqrt(v) / correction + eps)) as never,
  ),
  addScaled: pointwise(floats, ((x: number, direction: number, factor: number) => x + factor * direction) as never),
};

function onlyConditions(dtype: DType): DType {
  if (dtype !== "bool") throw new Unsupported(dtype);
  return "bool";
}
