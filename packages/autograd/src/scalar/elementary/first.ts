import type { Scalar } from "../expression.js";
import { branch, constant, exponent, pow2, select } from "../expression.js";
import { polynomial as horner } from "./polynomial.js";

const factorials = [1];
for (let k = 1; k < 20; k++) factorials.push((factorials[k - 1] as number) * k);
const inverse = factorials.map((f) => 1 / f);

export function exp1(x: Scalar): Scalar {
  const n = x.max(-708).min(709).times(1.4426950408889634).plus(0.5).floor();
  const r = x.max(-708).min(710).minus(n.times(0.6931471803691238)).minus(n.times(1.9082149292705877e-10));
  const value = horner(r, inverse.slice(0, 14))
    .times(pow2(n.min(1022)))
    .times(select(n.gt(1022), 2, 1));
  return select(x.lt(-745), 0, select(x.gt(709.782712893384), Infinity, value));
}

export function log1(x: Scalar): Scalar {
  const e0 = exponent(x);
  const m0 = x.times(pow2(e0.negate()));
  const big = m0.gt(Math.SQRT2);
  const m = select(big, m0.times(0.5), m0);
  const e = select(big, e0.plus(1), e0);
  const s = m.minus(1).over(m.plus(1));
  const z = s.times(s);
  const poly = horner(
    z,
    Array.from({ length: 12 }, (_, k) => 2 / (2 * k + 1)),
  );
  const value = e.times(Math.LN2).plus(s.times(poly));
  return branch(x.gt(0).and(x.lt(Infinity)), value, select(x.eq(0), -Infinity, select(x.gt(0), x, NaN)));
}

export function log1p1(x: Scalar): Scalar {
  const u = x.plus(1);
  return branch(x.abs().lt(1e-16), x, log1(u).minus(u.minus(1).minus(x).over(u)));
}

export function expm11(x: Scalar): Scalar {
  return branch(x.abs().lt(0.3), x.times(horner(x, inverse.slice(1, 16))), exp1(x).minus(1));
}

export function tanh1(x: Scalar): Scalar {
  const t = expm11(x.abs().times(-2));
  const value = t.negate().over(t.plus(2));
  return branch(x.eq(0), x, select(x.lt(0), value.negate(), value));
}

export function pow1(x: Scalar, y: Scalar): Scalar {
  const half = y.times(0.5);
  const odd = y.floor().eq(y).and(half.floor().ne(half));
  const value = exp1(y.times(log1(x.abs())));
  const signed = select(x.lt(0), select(odd, value.negate(), select(y.floor().eq(y), value, NaN)), value);
  return select(y.eq(0).or(x.eq(1)), 1, signed);
}

export function erf1(x: Scalar): Scalar {
  const a = x.abs();
  const t = constant(1).over(a.times(0.3275911).plus(1));
  const p = horner(t, [0, 0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429]);
  const big = constant(1).minus(p.times(exp1(a.times(a).negate())));
  const z = x.times(x);
  const small = x.times(
    horner(
      z,
      Array.from(
        { length: 12 },
        (_, k) => ((k % 2 ? -1 : 1) * 1.1283791670955126) / ((factorials[k] as number) * (2 * k + 1)),
      ),
    ),
  );
  return branch(a.lt(0.5), small, select(x.lt(0), big.negate(), big));
}

function reduced(x: Scalar): { n: Scalar; r: Scalar } {
  const n = x.times(0.6366197723675814).plus(0.5).floor();
  const r = x.minus(n.times(1.5707963267341256)).minus(n.times(6.077100506506192e-11));
  return { n, r };
}

function quadrant(n: Scalar, r: Scalar): Scalar {
  const z = r.times(r);
  const sine = r.times(
    horner(
      z,
      Array.from({ length: 9 }, (_, k) => (k % 2 ? -1 : 1) * (inverse[2 * k + 1] as number)),
    ),
  );
  const cosine = horner(
    z,
    Array.from({ length: 9 }, (_, k) => (k % 2 ? -1 : 1) * (inverse[2 * k] as number)),
  );
  const q = n.minus(n.times(0.25).floor().times(4));
  const value = select(q.eq(0).or(q.eq(2)), sine, cosine);
  return select(q.ge(2), value.negate(), value);
}

export function sin1(x: Scalar): Scalar {
  const { n, r } = reduced(x);
  return branch(x.abs().lt(1e-9), x, quadrant(n, r));
}

export function cos1(x: Scalar): Scalar {
  const { n, r } = reduced(x);
  return quadrant(n.plus(1), r);
}
