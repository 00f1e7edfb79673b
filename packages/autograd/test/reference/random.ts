import type { DType, Generator } from "../../src/index.js";
import { type Plain, sizeOf } from "./plain.js";

const word = 2n ** 32n;

/** Philox4x32-10 in whole numbers: four words for a key of two words and a counter of four. */
function philox(key: readonly bigint[], counter: readonly bigint[]): number[] {
  let [k0, k1] = key as [bigint, bigint];
  let [c0, c1, c2, c3] = counter as [bigint, bigint, bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const [p0, p1] = [c0 * 0xd2511f53n, c2 * 0xcd9e8d57n];
    [c0, c1, c2, c3] = [(p1 / word) ^ c1 ^ k0, p1 % word, (p0 / word) ^ c3 ^ k1, p0 % word];
    [k0, k1] = [(k0 + 0x9e3779b9n) % word, (k1 + 0xbb67ae85n) % word];
  }
  return [c0, c1, c2, c3].map(Number);
}

/** The words of a block of a draw; the state is int32 [4], key and number of the draw. */
function block(state: readonly number[], position: number): number[] {
  const [k0, k1, d0, d1] = state.map((value) => BigInt(value >>> 0));
  return philox([k0!, k1!], [BigInt(position), 0n, d0!, d1!]);
}

/** 53 bits of two words. */
const wide = (high: number, low: number): number => ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;

function uniform(state: readonly number[], i: number, dtype: DType): number {
  if (dtype === "float32") return (block(state, Math.floor(i / 4))[i % 4]! >>> 8) / 2 ** 24;
  const words = block(state, Math.floor(i / 2));
  return wide(words[2 * (i % 2)]!, words[2 * (i % 2) + 1]!);
}

/** Box and Muller: the elements 2i and 2i + 1 are cosine and sine of one angle, times one radius. */
function normal(state: readonly number[], i: number): number {
  const [a, b, c, d] = block(state, Math.floor(i / 2)) as [number, number, number, number];
  const radius = Math.sqrt(-2 * Math.log(1 - wide(a, b)));
  const angle = 2 * Math.PI * wide(c, d);
  return radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
}

const draw = (shape: readonly number[], dtype: DType, element: (i: number) => number): Plain => ({
  shape,
  dtype,
  data: Array.from({ length: sizeOf(shape) }, (_, i) => element(i)),
});

interface Drawn {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

export const randomReferences = {
  uniformDraw: (state: Plain, { shape, dtype }: Drawn) => draw(shape, dtype, (i) => uniform(state.data, i, dtype)),
  normalDraw: (state: Plain, { shape, dtype }: Drawn) => draw(shape, dtype, (i) => normal(state.data, i)),
  integerDraw: (state: Plain, { shape, low, count }: Drawn & { low: number; count: number }) =>
    draw(shape, "int32", (i) => low + Math.floor((block(state.data, Math.floor(i / 4))[i % 4]! * count) / 2 ** 32)),
  nextState: ({ data: [k0, k1, d0, d1], ...state }: Plain): Plain => {
    const draws = (BigInt(d0! >>> 0) + BigInt(d1! >>> 0) * word + 1n) % (word * word);
    return { ...state, data: [k0!, k1!, Number(draws % word) | 0, Number(draws / word) | 0] };
  },
};

/** x with each element dropped where the next draw of the generator is not below 1 − p, the others over 1 − p. */
export function dropped(x: Plain, p: number, generator: Generator | undefined): Plain {
  if (p === 0) return x;
  if (p === 1) return { ...x, data: x.data.map((value) => value * 0) };
  const { key, draws } = generator!.state();
  const state = [...key, ...draws];
  const kept = (i: number): boolean => uniform(state, i, "float32") < Math.fround(1 - p);
  return { ...x, data: x.data.map((value, i) => (kept(i) ? value / (1 - p) : 0)) };
}
