import { expect } from "@jest/globals";
import type { Settings } from "../../src/compile/graph.js";
import type { DType } from "../../src/dtype.js";
import { type Tensor, tensor, zeros } from "../../src/index.js";
import { reference } from "../../src/targets/reference/index.js";
import type { Target } from "../../src/targets/target.js";
import { lowerings } from "../../src/targets/wasm/lower/index.js";
import { runStep, splits } from "./run-step.js";

/** A call of a kernel in WebAssembly, and the same on the reference. */
export interface KernelCase {
  /** As the lowerings name it. */
  readonly kernel: string;
  readonly inputs: readonly Tensor[];
  /** What the results are: zeros at first, unless they are given. */
  readonly outputs: readonly (Tensor | { readonly shape: readonly number[]; readonly dtype?: DType })[];
  readonly settings?: Settings;
  readonly run: (target: Target, inputs: readonly Tensor[], outputs: readonly Tensor[]) => void;
}

const isTensor = (x: KernelCase["outputs"][number]): x is Tensor => "storage" in x;

/** Results to write to, each time new ones. */
const makeOutputs = ({ outputs }: KernelCase): Tensor[] =>
  outputs.map((x) =>
    isTensor(x)
      ? tensor(x.data.slice(), { shape: x.shape, dtype: x.dtype })
      : zeros(x.shape, { dtype: x.dtype ?? "float32" }),
  );

const bytesOf = ({ data }: Tensor): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** Whether two tensors hold the same bytes. */
export const sameBits = (a: Tensor, b: Tensor): boolean => bytesOf(a).equals(bytesOf(b));

/** What the kernel gives, the same bits in any order and any split of its tasks; and what the reference gives. */
export function bothResults(one: KernelCase): { found: readonly Tensor[]; wanted: readonly Tensor[]; tasks: number } {
  const { kernel, inputs, settings = {}, run } = one;
  const wanted = makeOutputs(one);
  run(reference, inputs, wanted);
  let tasks = 0;
  const runs = Object.values(splits).map((split) => {
    const outputs = makeOutputs(one);
    const step = runStep(lowerings[kernel]!, { kernel, inputs, outputs, settings }, split);
    if (step === null) throw new Error(`${kernel}: no kernel takes these operands`);
    tasks = step.tasks;
    return outputs;
  });
  for (const other of runs.slice(1)) {
    other.forEach((x, i) => {
      expect(sameBits(x, runs[0]![i]!)).toBe(true);
    });
  }
  return { found: runs[0]!, wanted, tasks };
}

/** Equal within `rounding` of the largest finite element, or of `least`; NaN where NaN is, infinite where infinite. */
export function expectLike(found: Tensor, wanted: Tensor, rounding: number, least = 0): void {
  const largest = Array.from(wanted.data, Math.abs)
    .filter(Number.isFinite)
    .reduce((most, x) => Math.max(most, x), least);
  const wrong = found.data.findIndex((x: number, i: number) => {
    const y = wanted.data[i]!;
    return !(x === y || (Number.isNaN(x) && Number.isNaN(y)) || Math.abs(x - y) <= rounding * largest);
  });
  expect(wrong < 0 ? [] : [wrong, found.data[wrong], wanted.data[wrong]]).toEqual([]);
}
