import type { Scalar } from "../expression.js";
import { branch, constant, pow2 } from "../expression.js";
import type { ExpConstants } from "./exp.js";
import { exp32, exp64, reduceExp } from "./exp.js";
import { flushed32 } from "./flush.js";
import { polynomial } from "./polynomial.js";

/**
 * erf(x) = x + x S(x²) for small |x|, 1 − e^T(|x|) with the sign of x for others: T fits log(1 − erf) with a weight that
 * falls as 1 − erf does, so that one polynomial reaches to where the result is 1. S and T by Remez exchange, errors
 * relative to erf 2^-54.6 and 2^-55.4 in float64, 2^-28 and 2^-29 in float32. Below 2.8 and 1.4 ulp.
 */
export interface ErfConstants {
  readonly exp: ExpConstants;
  readonly border: number;
  /** From here on the result is 1. */
  readonly end: number;
  readonly s: readonly number[];
  readonly t: readonly number[];
}

export const erf64: ErfConstants = {
  exp: exp64,
  border: 1.25,
  end: 6,
  s: [
    0.12837916709551253, -0.3761263890318285, 0.11283791670923592, -0.026866170640787203, 0.005223977594223435,
    -0.0008548325683091483, 0.00012055295895518267, -1.492495960801598e-5, 1.645325629869699e-6, -1.6287182794003424e-7,
    1.4328776255817624e-8, -1.0360750181196803e-9, 4.581748457484435e-11,
  ],
  t: [
    -3.284823084672783e-6, -1.1283499076426144, -0.636741269330182, -0.10246022539623495, 0.018571644683327553,
    0.0009386093114040341, -0.0024214781063967676, 0.0011458591776633536, -0.000353576761480945, 8.015709643120904e-5,
    -1.3587618576938929e-5, 1.6873535607177584e-6, -1.4547019125228077e-7, 7.789131857774906e-9,
    -1.9510592261500752e-10,
  ],
};

export const erf32: ErfConstants = {
  exp: exp32,
  border: 1,
  end: 4,
  s: [
    0.12837916612625122, -0.3761262595653534, 0.11283578723669052, -0.026853347197175026, 0.005187162198126316,
    -0.0007997853099368513, 7.806903886375949e-5,
  ],
  t: [
    -0.0003415343235246837, -1.1270891427993774, -0.6381449103355408, -0.10310669243335724, 0.02183803915977478,
    -0.002947653876617551, 0.00018637893663253635,
  ],
};

export function erfRow(x: Scalar, { exp, border, end, s, t }: ErfConstants): Scalar {
  const z = x.times(x);
  const small = x.plus(x.times(polynomial(z, s)));
  const { n, power } = reduceExp(polynomial(x.abs().min(end), t), exp);
  const large = constant(1)
    .minus(power.plus(1).times(pow2(n)))
    .copysign(x);
  return branch(x.abs().lt(border), exp === exp32 ? flushed32(small) : small, large);
}
