import type { GeneratedFunction, Step } from "../../src/targets/step.js";

// Kernels made by hand, to hold what runs kernels against. Parameters: 0 the descriptor, 1 from, 2 to, 3 scratch.

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const constant = (value: number): number[] => {
  const bytes: number[] = [0x41];
  let rest = value;
  for (;;) {
    const byte = rest & 127;
    rest >>= 7;
    if ((rest === 0 && (byte & 64) === 0) || (rest === -1 && (byte & 64) !== 0)) return [...bytes, byte];
    bytes.push(byte | 128);
  }
};
const float = (value: number): number[] => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
const load = (word: number): number[] => [0x28, 2, 4 * word];
const [ADD, MULTIPLY, SHIFT, EQUAL, GREATER, GREATER_OR_EQUAL] = [0x6a, 0x6c, 0x74, 0x46, 0x4a, 0x4e];
const [LOAD_FLOAT, STORE_FLOAT, STORE] = [
  [0x2a, 2, 0],
  [0x38, 2, 0],
  [0x36, 2, 0],
];
const [ADD_FLOAT, MULTIPLY_FLOAT] = [0x92, 0x94];

/** The task at hand, in a loop. */
const TASK = 4;

/** Locals, and a loop over from ≤ task < to. */
const forEachTask = (key: string, work: readonly number[]): GeneratedFunction => ({
  key,
  body: Uint8Array.from([
    ...[1, 2, 0x7f],
    ...[...get(1), ...set(TASK), 0x02, 0x40, 0x03, 0x40],
    ...[...get(TASK), ...get(2), GREATER_OR_EQUAL, 0x0d, 1],
    ...work,
    ...[...get(TASK), ...constant(1), ADD, ...set(TASK), 0x0c, 0, 0x0b, 0x0b, 0x0b],
  ]),
});

/** The address of element `task` of the array whose address is a word of the descriptor. */
const element = (word: number): number[] => [
  ...[...get(0), ...load(word)],
  ...[...get(TASK), ...constant(2), SHIFT, ADD],
];

/** Task i: words[0][i] = words[1][i] · factor + 1. */
export const affine = (factor: number): GeneratedFunction =>
  forEachTask(`affine ${factor}`, [
    ...[...element(0), ...element(1), ...LOAD_FLOAT!],
    ...[...float(factor), MULTIPLY_FLOAT!, ...float(1), ADD_FLOAT!, ...STORE_FLOAT!],
  ]);

/** As many turns of a loop as a word of the descriptor says, so that a task takes a while. */
const turns = (word: number): number[] => [
  ...[...get(0), ...load(word), ...set(5)],
  ...[0x03, 0x40, ...get(5), ...constant(-1), ADD, ...set(5), ...get(5), ...constant(0), GREATER, 0x0d, 0, 0x0b],
];

/** Task i: words[0][i] += 1, an integer, after words[1] turns. */
export const count: GeneratedFunction = forEachTask("count", [
  ...turns(1),
  ...[...element(0), ...element(0), ...load(0), ...constant(1), ADD, ...STORE!],
]);

/** Task i: scratch[0] = i, then words[0][i] = scratch[0] · words[1]: right only where scratch is the thread's own. */
export const throughScratch: GeneratedFunction = forEachTask("through scratch", [
  ...[...get(3), ...get(TASK), ...STORE!],
  ...[...element(0), ...get(3), ...load(0), ...get(0), ...load(1), MULTIPLY, ...STORE!],
]);

/** Task i: words[0][i] = the address of scratch, which says whose it is, after words[1] turns. */
export const whose: GeneratedFunction = forEachTask("whose", [...turns(1), ...[...element(0), ...get(3), ...STORE!]]);

/** Task i: the bytes words[0] + words[1] · i … of length words[1] become words[2], by the instruction for that. */
export const fill: GeneratedFunction = forEachTask("fill", [
  ...[...get(0), ...load(0), ...get(TASK), ...get(0), ...load(1), MULTIPLY, ADD],
  ...[...get(0), ...load(2), ...get(0), ...load(1), 0xfc, 11, 0],
]);

/** Task number words[0] fails; the others do nothing. */
export const failing: GeneratedFunction = forEachTask("failing", [
  ...[...get(TASK), ...get(0), ...load(0), EQUAL, 0x04, 0x40, 0x00, 0x0b],
]);

/** No task ever ends. */
export const endless: GeneratedFunction = forEachTask("endless", [0x03, 0x40, 0x0c, 0, 0x0b]);

/** A step whose tasks take about `microseconds` each, as the schedule sees it. */
export const step = (
  kernel: string | GeneratedFunction,
  words: readonly number[],
  tasks: number,
  { microseconds = 10, scratchBytes = 0 } = {},
): Step => ({ kernel, words, tasks, scratchBytes, flops: 20_000 * microseconds * tasks, bytes: 0 });
