import {
  cos as cosine,
  erf as errorFunction,
  exp as exponential,
  expm1 as exponentialMinus1,
  log as logarithm,
  log1p as logarithm1p,
  pow as power_,
  sin as sine,
  tanh as tangent,
} from "../scalar/elementary.js";
import { constant, select } from "../scalar/expression.js";
import { all, binary, comparison, floats, numbers, ternary, unary } from "./declare.js";

/** a + b; of two bools their "or". */
export const add = binary("add", (a, b) => a.plus(b), {
  dtypes: all,
  vjps: [(g) => g, (g) => g],
  reads: [[], []],
});

/** a − b, of numbers: a bool is refused, as an operand of `logicalNot` in disguise. */
export const sub = binary("sub", (a, b) => a.minus(b), {
  dtypes: numbers,
  refuses: "bool",
  vjps: [(g) => g, (g) => neg(g)],
  reads: [[], []],
});

/** a · b, element by element; of two bools their "and". */
export const mul = binary("mul", (a, b) => a.times(b), {
  dtypes: all,
  vjps: [(g, { inputs }) => mul(g, inputs[1]!), (g, { inputs }) => mul(g, inputs[0]!)],
  reads: [[1], [0]],
});

/** a / b; true division, float32 for integers. */
export const div = binary("div", (a, b) => a.over(b), {
  dtypes: floats,
  vjps: [(g, { inputs }) => div(g, inputs[1]!), (g, { inputs, output }) => neg(div(mul(g, output), inputs[1]!))],
  reads: [[1], [1, "output"]],
});

/** a^b. d/da = b a^(b−1), 0 where b is 0; d/db = a^b ln a, 0 where a is 0 and b ≥ 0. */
export const power = binary("pow", (a, b) => power_(a, b), {
  dtypes: numbers,
  vjps: [
    (g, { inputs: [a, b] }) => {
      const flat = eq(b!, 0);
      // With 1 for its base, the power that does not count is finite, and so are its derivatives.
      return where(flat, 0, mul(g, mul(b!, power(where(flat, 1, a!), sub(b!, 1)))));
    },
    (g, { inputs: [a, b], output }) => {
      const flat = both(eq(a!, 0), ge(b!, 0));
      return where(flat, 0, mul(g, mul(output, log(where(flat, 1, a!)))));
    },
  ],
  reads: [
    [0, 1],
    [0, 1, "output"],
  ],
});

/** The larger of a and b; NaN if either is. Where they are equal the gradient is shared. */
export const maximum = binary("maximum", (a, b) => a.max(b), {
  dtypes: all,
  vjps: [
    (g, { inputs: [a, b] }) => where(lt(a!, b!), 0, where(eq(a!, b!), mul(g, 0.5), g)),
    (g, { inputs: [a, b] }) => where(lt(b!, a!), 0, where(eq(a!, b!), mul(g, 0.5), g)),
  ],
  reads: [
    [0, 1],
    [0, 1],
  ],
});

/** The smaller of a and b; NaN if either is. Where they are equal the gradient is shared. */
export const minimum = binary("minimum", (a, b) => a.min(b), {
  dtypes: all,
  vjps: [
    (g, { inputs: [a, b] }) => where(gt(a!, b!), 0, where(eq(a!, b!), mul(g, 0.5), g)),
    (g, { inputs: [a, b] }) => where(gt(b!, a!), 0, where(eq(a!, b!), mul(g, 0.5), g)),
  ],
  reads: [
    [0, 1],
    [0, 1],
  ],
});

/** −x. */
export const neg = unary(
  "neg",
  (x) => x.negate(),
  numbers,
  [],
  (g) => neg(g),
);

/** e^x. */
export const exp = unary("exp", exponential, floats, ["output"], (g, { output }) => mul(g, output));

/** The natural logarithm. */
export const log = unary("log", logarithm, floats, [0], (g, { inputs: [x] }) => div(g, x!));

/** ln(1 + x), exact near 0. */
export const log1p = unary("log1p", logarithm1p, floats, [0], (g, { inputs: [x] }) => div(g, add(x!, 1)));

/** e^x − 1, exact near 0. */
export const expm1 = unary("expm1", exponentialMinus1, floats, ["output"], (g, { output }) => mul(g, add(output, 1)));

/** √x. */
export const sqrt = unary(
  "sqrt",
  (x) => x.sqrt(),
  floats,
  ["output"],
  (g, { output }) => div(g, mul(output, 2)),
);

/** 1 / √x. */
export const rsqrt = unary(
  "rsqrt",
  (x) => constant(1).over(x.sqrt()),
  floats,
  ["output"],
  (g, { output }) => mul(mul(g, -0.5), mul(output, mul(output, output))),
);

/** |x|; its derivative at 0 is 0. */
export const abs = unary(
  "abs",
  (x) => x.abs(),
  numbers,
  [0],
  (g, { inputs: [x] }) => mul(g, sign(x!)),
);

/** −1, 0 or 1; its derivative is 0 everywhere. */
export const sign = unary(
  "sign",
  (x) => select(x.gt(0), 1, select(x.lt(0), -1, select(x.eq(0), 0, x))),
  all,
  [],
  (g) => mul(g, 0),
);

/** The hyperbolic tangent. */
export const tanh = unary("tanh", tangent, floats, ["output"], (g, { output }) => mul(g, sub(1, mul(output, output))));

/** 1 / (1 + e^−x). */
export const sigmoid = unary(
  "sigmoid",
  (x) => constant(1).over(exponential(x.negate()).plus(1)),
  floats,
  ["output"],
  (g, { output }) => mul(g, mul(output, sub(1, output))),
);

/** max(x, 0); its derivative at 0 is 0. */
export const relu = unary(
  "relu",
  (x) => select(x.lt(0), 0, x),
  numbers,
  ["output"],
  (g, { output }) => where(gt(output, 0), g, 0),
);

/** The sine of an angle in radians. */
export const sin = unary("sin", sine, floats, [0], (g, { inputs: [x] }) => mul(g, cos(x!)));

/** The cosine of an angle in radians. */
export const cos = unary("cos", cosine, floats, [0], (g, { inputs: [x] }) => neg(mul(g, sin(x!))));

/** The error function, 2/√π ∫₀ˣ e^−t² dt. */
export const erf = unary("erf", errorFunction, floats, [0], (g, { inputs: [x] }) =>
  mul(g, mul(exp(neg(mul(x!, x!))), TWO_OVER_SQRT_PI)),
);
const TWO_OVER_SQRT_PI = 1.1283791670955126;

/** x held between low and high (high wins if they cross); at the bounds the gradient is x's, beyond them the bound's. */
export const clip = ternary("clamp", (x, low, high) => x.max(low).min(high), {
  roles: ["value", "value", "value"],
  dtypes: numbers,
  vjps: [
    (g, { inputs: [x, low, high] }) => where(both(ge(x!, low!), le(x!, high!)), g, 0),
    (g, { inputs: [x, low, high] }) => where(both(lt(x!, low!), lt(low!, high!)), g, 0),
    (g, { inputs: [x, low, high] }) => where(either(gt(x!, high!), gt(low!, high!)), g, 0),
  ],
  reads: [
    [0, 1, 2],
    [0, 1, 2],
    [0, 1, 2],
  ],
});

/** a where the condition is true, otherwise b. */
export const where = ternary("where", (condition, a, b) => select(condition, a, b), {
  roles: ["bool", "value", "value"],
  dtypes: all,
  vjps: [
    null,
    (g, { inputs: [condition] }) => where(condition!, g, 0),
    (g, { inputs: [condition] }) => where(condition!, 0, g),
  ],
  reads: [[], [0], [0]],
});

/** a = b, element by element. */
export const eq = comparison("eq", (a, b) => a.eq(b));
/** a ≠ b, element by element. */
export const ne = comparison("ne", (a, b) => a.ne(b));
/** a < b, element by element. */
export const lt = comparison("lt", (a, b) => a.lt(b));
/** a ≤ b, element by element. */
export const le = comparison("le", (a, b) => a.le(b));
/** a > b, element by element. */
export const gt = comparison("gt", (a, b) => a.gt(b));
/** a ≥ b, element by element. */
export const ge = comparison("ge", (a, b) => a.ge(b));

const logic = { roles: ["bool", "bool"], dtypes: ["bool"], output: "bool", vjps: [null], reads: [] } as const;

/** Both conditions hold. */
export const both = binary("both", (a, b) => a.and(b), logic);
/** At least one of the conditions holds. */
export const either = binary("either", (a, b) => a.or(b), logic);
