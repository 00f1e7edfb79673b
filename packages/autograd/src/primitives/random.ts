import type { DType } from "../dtype.js";
import type { Shape } from "../shape.js";
import { declare, type Strict } from "./declare.js";

/** What is drawn; the operand is a generator's state, int32 [4]: two words of key, two of draw number. */
interface Drawn {
  readonly shape: Shape;
  readonly dtype: DType;
}

const drawn = (_: unknown, { shape, dtype }: Drawn) => ({ shape, dtype });

/** Uniform in [0, 1): 24 bits of a word in float32, 53 bits of two words in float64. */
export const uniformDraw: Strict<Drawn> = declare({
  name: "rand",
  infer: drawn,
  run: (target, [state], _, output) => target.uniform(state!, output),
  vjps: [null],
  reads: [],
});

/** Standard normal: elements 2i and 2i + 1 are the two results of one Box–Muller transform. */
export const normalDraw: Strict<Drawn> = declare({
  name: "randn",
  infer: drawn,
  run: (target, [state], _, output) => target.normal(state!, output),
  vjps: [null],
  reads: [],
});

/** Whole numbers from `low` on, `count` of them equally likely (to within count / 2^32). */
export const integerDraw = declare<Drawn & { low: number; count: number }>({
  name: "randint",
  infer: drawn,
  run: (target, [state], { low, count }, output) => target.integers(state!, low, count, output),
  vjps: [null],
  reads: [],
});

/** The state for the next draw: the 64-bit draw number counts up. */
export const nextState: Strict<null> = declare({
  name: "advance",
  infer: ([state]) => ({ shape: state!.shape, dtype: state!.dtype }),
  run: (target, [state], _, output) => target.advance(state!, output),
  vjps: [null],
  reads: [],
});
