/**
 * A scalar function is data: an immutable graph of nodes, from which its TypeScript is printed at build time, and from
 * which WASM SIMD and WGSL can be printed as well. Nothing here computes; `evaluate.ts` does, slowly, and is the oracle.
 *
 * Every node is (op, args, value, name). Arithmetic is IEEE 754 in the precision of whoever evaluates it, one rounding
 * a node, to nearest even, never contracted. "Number" nodes hold a float, "boolean" nodes true or false (in SIMD: a
 * mask of all ones or all zeros).
 *
 * | op | args | meaning |
 * | --- | --- | --- |
 * | input | | parameter number `value`, of either kind |
 * | constant | | the float64 `value`, rounded to the precision at hand |
 * | smallestNormal | | the smallest normal number of the precision at hand: 2^−1022, or 2^−126 in float32 |
 * | plus minus times over | a, b | a + b, a − b, a × b, a ÷ b |
 * | negate abs | a | the sign bit flipped, cleared |
 * | sqrt | a | correctly rounded |
 * | floor nearest | a | integer below; nearest integer, ties to even; both keep the sign of zero |
 * | min max | a, b | NaN if either is NaN; −0 < +0 (Math.min, f64x2.min, IEEE 754-2019 minimum) |
 * | lt le gt ge eq ne | a, b | ordered comparisons, false with a NaN, but `ne` true |
 * | and or not | booleans | |
 * | select | c, a, b | a where c is true, otherwise b; both are evaluated, and any c is as good as another |
 * | branch | c, a, b | the same value, for a c that is nearly always the same, or arms that are dear |
 * | copysign | a, b | \|a\| with the sign bit of b |
 * | pow2 | n | 2^n, exact, for an integer n with a normal 2^n; otherwise some number |
 * | scale | a, n | (a × 2^h) × 2^(n − h), h = ⌊n/2⌋, for an integer n between ±2044 (float32: ±252); otherwise some number |
 * | exponent | a | ⌊log2 \|a\|⌋ as a number, for a normal a; otherwise some number |
 * | call | … | the elementary function `name`, whose row is looked up in `elementary.ts` |
 *
 * "Some number" is whatever costs least (NaN included): a row may compute it, but must select it away.
 */
export type NumberOp =
  | "plus"
  | "minus"
  | "times"
  | "over"
  | "negate"
  | "abs"
  | "sqrt"
  | "floor"
  | "nearest"
  | "min"
  | "max"
  | "select"
  | "branch"
  | "copysign"
  | "pow2"
  | "scale"
  | "exponent"
  | "call";

export type BooleanOp = "lt" | "le" | "gt" | "ge" | "eq" | "ne" | "and" | "or" | "not";

export type ScalarOp = "input" | "constant" | "smallestNormal" | NumberOp | BooleanOp;

export type ScalarKind = "number" | "boolean";

/** What an operation takes: a node, or a plain number that becomes a constant node. */
export type Operand = Scalar | number;

/** One node of a scalar function; immutable, built only by its methods and the functions below. */
export class Scalar {
  constructor(
    readonly op: ScalarOp,
    readonly kind: ScalarKind,
    readonly args: readonly Scalar[] = [],
    /** The number of a constant, the index of an input; otherwise 0. */
    readonly value: number = 0,
    /** The elementary function of a call; otherwise empty. */
    readonly name: string = "",
  ) {}

  plus(other: Operand): Scalar {
    return arithmetic("plus", this, other);
  }

  minus(other: Operand): Scalar {
    return arithmetic("minus", this, other);
  }

  times(other: Operand): Scalar {
    return arithmetic("times", this, other);
  }

  over(other: Operand): Scalar {
    return arithmetic("over", this, other);
  }

  negate(): Scalar {
    return arithmetic("negate", this);
  }

  abs(): Scalar {
    return arithmetic("abs", this);
  }

  sqrt(): Scalar {
    return arithmetic("sqrt", this);
  }

  floor(): Scalar {
    return arithmetic("floor", this);
  }

  nearest(): Scalar {
    return arithmetic("nearest", this);
  }

  min(other: Operand): Scalar {
    return arithmetic("min", this, other);
  }

  max(other: Operand): Scalar {
    return arithmetic("max", this, other);
  }

  copysign(other: Operand): Scalar {
    return arithmetic("copysign", this, other);
  }

  lt(other: Operand): Scalar {
    return comparison("lt", this, other);
  }

  le(other: Operand): Scalar {
    return comparison("le", this, other);
  }

  gt(other: Operand): Scalar {
    return comparison("gt", this, other);
  }

  ge(other: Operand): Scalar {
    return comparison("ge", this, other);
  }

  eq(other: Operand): Scalar {
    return comparison("eq", this, other);
  }

  ne(other: Operand): Scalar {
    return comparison("ne", this, other);
  }

  and(other: Scalar): Scalar {
    return logical("and", this, other);
  }

  or(other: Scalar): Scalar {
    return logical("or", this, other);
  }

  not(): Scalar {
    return logical("not", this);
  }
}

/** The constant `value`, a float64 that is rounded once where the expression is evaluated in float32. */
export function constant(value: number): Scalar {
  return new Scalar("constant", "number", [], value);
}

/** Below it numbers are subnormal, and arithmetic on them costs fifty times as much. */
export const smallestNormal = new Scalar("smallestNormal", "number");

/** Parameter number `index` of the function. */
export function input(index: number, kind: ScalarKind = "number"): Scalar {
  return new Scalar("input", kind, [], index);
}

/**
 * `whenTrue` where `condition` holds, otherwise `whenFalse`. Both are evaluated and one is picked without a jump, which
 * is three times as fast as a jump that the processor cannot predict.
 */
export function select(condition: Scalar, whenTrue: Operand, whenFalse: Operand): Scalar {
  return choice("select", condition, whenTrue, whenFalse);
}

/**
 * The value of `select` where the condition is nearly always the same (a special case, a clamp), or the arms are dear:
 * where one lane is computed at a time, a jump leads to the arm taken, and only that one is evaluated.
 */
export function branch(condition: Scalar, whenTrue: Operand, whenFalse: Operand): Scalar {
  return choice("branch", condition, whenTrue, whenFalse);
}

/** 2^n for an integer n whose power is normal; exact. */
export function pow2(n: Operand): Scalar {
  return arithmetic("pow2", n);
}

/** a × 2^n with one rounding, also where 2^n is too large or too small to be a number itself. */
export function scale(a: Operand, n: Operand): Scalar {
  return arithmetic("scale", a, n);
}

/** ⌊log2 |a|⌋ of a normal a, as a number; exact. */
export function exponent(a: Operand): Scalar {
  return arithmetic("exponent", a);
}

/** The elementary function `name` of its arguments; see `elementary.ts`, whose functions are the ones to write. */
export function call(name: string, ...args: readonly Operand[]): Scalar {
  return new Scalar("call", "number", args.map(numeric), 0, name);
}

function arithmetic(op: NumberOp, ...args: readonly Operand[]): Scalar {
  return new Scalar(op, "number", args.map(numeric));
}

function comparison(op: BooleanOp, a: Operand, b: Operand): Scalar {
  return new Scalar(op, "boolean", [numeric(a), numeric(b)]);
}

function logical(op: BooleanOp, ...args: readonly Scalar[]): Scalar {
  return new Scalar(op, "boolean", args.map(boolean));
}

function choice(op: "select" | "branch", condition: Scalar, whenTrue: Operand, whenFalse: Operand): Scalar {
  const arms = [whenTrue, whenFalse].map((arm) => (typeof arm === "number" ? constant(arm) : arm));
  const kind = arms[0]?.kind ?? "number";
  if (arms[1]?.kind !== kind) throw new TypeError(`${op}: one arm is a number, the other a boolean`);
  return new Scalar(op, kind, [boolean(condition), ...arms]);
}

function numeric(operand: Operand): Scalar {
  const node = typeof operand === "number" ? constant(operand) : operand;
  if (node.kind !== "number") throw new TypeError(`scalar expression: a number is needed, ${node.op} is a boolean`);
  return node;
}

function boolean(node: Scalar): Scalar {
  if (node.kind !== "boolean") throw new TypeError(`scalar expression: a boolean is needed, ${node.op} is a number`);
  return node;
}
