import type { Strided } from "../../storage.js";
import { cos, log, sin } from "./elementary.generated.js";
import { flat } from "./loops.js";

const { imul, sqrt } = Math;

/** The upper 32 bits of the 64-bit product of two unsigned words. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + aLow * bHigh + ((aLow * bLow) >>> 16);
  return (imul(aHigh, bHigh) + ((middle / 65536) | 0)) >>> 0;
}

const words = new Uint32Array(4);

/**
 * Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): four words for a key of two and a
 * counter of four, the block's two words and the draw's two.
 *
 * @param state key low and high, draw low and high
 * @returns the words, which the next call overwrites
 */
export function philox(state: ArrayLike<number>, low: number, high: number): Uint32Array {
  let k0 = state[0]! >>> 0;
  let k1 = state[1]! >>> 0;
  let c0 = low >>> 0;
  let c1 = high >>> 0;
  let c2 = state[2]! >>> 0;
  let c3 = state[3]! >>> 0;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = imul(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
  return words;
}

function read(state: Strided): ArrayLike<number> {
  const { storage, offset } = flat(state);
  return storage.array.subarray(offset, offset + 4);
}

/** Calls `write` for every element, after its block of words has been made; `perBlock` elements share one. */
function draw(state: Strided, output: Strided, perBlock: number, value: (lane: number) => number): void {
  const key = read(state);
  const { array } = output.storage;
  for (let i = 0; i < output.size; i++) {
    const lane = i % perBlock;
    if (lane === 0) philox(key, i / perBlock, 0);
    array[output.offset + i] = value(lane);
  }
}

const uniform24 = (lane: number): number => (words[lane]! >>> 8) * 2 ** -24;

/** 53 bits of two words. */
const uniform53 = (lane: number): number =>
  ((words[2 * lane]! >>> 5) * 67108864 + (words[2 * lane + 1]! >>> 6)) * 2 ** -53;

export function uniform(state: Strided, output: Strided): void {
  if (output.dtype === "float64") draw(state, output, 2, uniform53);
  else draw(state, output, 4, uniform24);
}

/** Box and Muller 1958: radius from u in (0, 1], angle from v in [0, 1). */
function boxMuller(u: number, v: number, odd: boolean): number {
  const radius = sqrt(-2 * log(u));
  const angle = 6.283185307179586 * v;
  return radius * (odd ? sin(angle) : cos(angle));
}

export function normal(state: Strided, output: Strided): void {
  if (output.dtype === "float64") {
    draw(state, output, 2, (lane) => boxMuller(1 - uniform53(0), uniform53(1), lane === 1));
  } else {
    draw(state, output, 4, (lane) => {
      const pair = lane & 2;
      return boxMuller((words[pair]! + 1) * 2 ** -32, words[pair + 1]! * 2 ** -32, (lane & 1) === 1);
    });
  }
}

export function integers(state: Strided, low: number, count: number, output: Strided): void {
  draw(state, output, 4, (lane) => low + multiplyHigh(words[lane]!, count));
}

export function advance(state: Strided, output: Strided): void {
  const from = read(state);
  const { array } = output.storage;
  const low = (from[2]! + 1) | 0;
  array[0] = from[0]!;
  array[1] = from[1]!;
  array[2] = low;
  array[3] = low === 0 ? (from[3]! + 1) | 0 : from[3]!;
}
