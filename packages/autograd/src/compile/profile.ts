import type { Program } from "./program.js";
import type { Specialization } from "./specialization.js";
import { needed, sum } from "./stats.js";

/** What one kind of kernel takes in a call, on one thread. */
export interface KernelTime {
  /** The kernel, and the shape of what it writes. */
  readonly kernel: string;
  readonly calls: number;
  readonly milliseconds: number;
  /** The part of the whole call, 0 to 1. */
  readonly share: number;
  readonly gigaflops: number;
  readonly gigabytes: number;
  /** Whether more floating-point operations a byte would make it faster ("memory"), or not ("arithmetic"). */
  readonly bound: "memory" | "arithmetic" | "reference";
}

/** A profile: rows, the dearest first, and itself as text. */
export interface Profile {
  readonly milliseconds: number;
  readonly kernels: readonly KernelTime[];
  toString(): string;
}

interface Total {
  calls: number;
  milliseconds: number;
  flops: number;
  bytes: number;
  reference: boolean;
}

/** Adds up what calls of the same kernel on the same shapes took. */
function totals(program: Program, times: readonly (readonly number[])[]): Map<string, Total> {
  const found = new Map<string, Total>();
  program.stages.forEach((stage, i) => {
    stage.forEach(({ instruction, step }, k) => {
      const shape = (instruction.outputs[0] ?? instruction.inputs[0])?.shape ?? [];
      const depth = instruction.kernel === "matmul" ? ` over ${instruction.inputs[0]!.shape.at(-1)}` : "";
      const what = instruction.kernel === "chain" ? ` (${instruction.operation})` : depth;
      const key = `${instruction.kernel} [${shape.join(", ")}]${what}`;
      const total = found.get(key) ?? { calls: 0, milliseconds: 0, flops: 0, bytes: 0, reference: step === null };
      total.calls++;
      total.milliseconds += times[i]![k]!;
      total.flops += step?.flops ?? 0;
      total.bytes += step?.bytes ?? 0;
      found.set(key, total);
    });
  });
  return found;
}

/**
 * What each kernel takes. A kernel with fewer operations a byte than the ridge (the best rate of arithmetic over the best
 * rate of memory, both as found in this very profile) is bound by memory.
 */
export function profile(specialization: Specialization | null): Profile {
  const { program, times } = needed(specialization, "profile").profile();
  const found = [...totals(program, times)].map(([kernel, total]) => ({ kernel, ...total }));
  const rate = (work: number, milliseconds: number): number => (milliseconds > 0 ? work / milliseconds / 1e6 : 0);
  const large = found.filter((own) => own.milliseconds > 0.05);
  const fastest = Math.max(1e-9, ...large.map((own) => rate(own.flops, own.milliseconds)));
  const widest = Math.max(1e-9, ...large.map((own) => rate(own.bytes, own.milliseconds)));
  const milliseconds = sum(found.map((own) => own.milliseconds));
  const kernels = found
    .map(
      ({ kernel, calls, milliseconds: own, flops, bytes, reference }): KernelTime => ({
        kernel,
        calls,
        milliseconds: own,
        share: milliseconds > 0 ? own / milliseconds : 0,
        gigaflops: rate(flops, own),
        gigabytes: rate(bytes, own),
        bound: reference ? "reference" : flops / Math.max(1, bytes) > fastest / widest ? "arithmetic" : "memory",
      }),
    )
    .sort((a, b) => b.milliseconds - a.milliseconds);
  return { milliseconds, kernels, toString: () => profileText(kernels, milliseconds, fastest, widest) };
}

function profileText(kernels: readonly KernelTime[], milliseconds: number, fastest: number, widest: number): string {
  const lines = kernels.map(
    ({ kernel, calls, milliseconds: own, share, gigaflops, gigabytes, bound }) =>
      `${own.toFixed(3).padStart(9)} ms ${(100 * share).toFixed(1).padStart(5)} %  ${String(calls).padStart(4)} ×  ` +
      `${gigaflops.toFixed(1).padStart(6)} GFLOP/s ${gigabytes.toFixed(1).padStart(6)} GB/s  ${bound.padEnd(10)}  ${kernel}`,
  );
  const shareOf = (bound: string): string =>
    (100 * sum(kernels.filter((own) => own.bound === bound).map(({ share }) => share))).toFixed(0);
  return [
    ...lines,
    `${milliseconds.toFixed(3).padStart(9)} ms on one thread: ${shareOf("arithmetic")} % bound by arithmetic (best ${fastest.toFixed(1)} GFLOP/s), ` +
      `${shareOf("memory")} % by memory (best ${widest.toFixed(1)} GB/s), ${shareOf("reference")} % in the reference`,
  ].join("\n");
}
