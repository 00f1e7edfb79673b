/**
 * The elementary functions of plain numbers, in float64, made of + − × ÷ √: the same bits on every engine, which the
 * host's `Math.exp`, `Math.pow` and so on do not promise. Initialisation and schedules use them.
 */
export { cos, erf, exp, expm1, log, log1p, pow, sin, tanh } from "./targets/reference/elementary.generated.js";
