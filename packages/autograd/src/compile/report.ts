import { CompileError } from "../errors.js";
import type { Step } from "../targets/wasm/step.js";
import { listInstruction, listOperand, listValue } from "./listing.js";
import type { Lowered, Program } from "./program.js";
import type { Specialization } from "./specialization.js";

/** Figures of a program. */
export interface ProgramStats {
  /** What it runs on: "wasm", or "reference" where WebAssembly is not to be had. */
  readonly backend: string;
  /** Kernel calls, and those among them that plain TypeScript does. */
  readonly kernels: number;
  readonly referenceKernels: number;
  /** Barriers between threads: kernels of one stage run at the same time. */
  readonly stages: number;
  /** Operations that the function called, before anything was fused or left out. */
  readonly operations: number;
  /** Bytes of the memory plan for what lives within a call. */
  readonly plannedBytes: number;
  /** The most bytes of that memory that are in use at the same time: no plan for the same order needs less. */
  readonly lowerBoundBytes: number;
  /** Bytes of leaves and constants, which stay between calls. */
  readonly keptBytes: number;
  /** The two together. */
  readonly peakBytes: number;
  /** Floating-point operations of a call, as far as kernels count them. */
  readonly flops: number;
  /** Bytes that kernels read and write in a call. */
  readonly bytesMoved: number;
}

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

function needed(specialization: Specialization | null, call: string): Specialization {
  if (specialization !== null) return specialization;
  throw new CompileError(`compile: ${call} needs a program`, {
    got: "a function that has not been called, or whose programs were dropped",
    hint: "call the compiled function first",
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const loweredOf = (program: Program): Lowered[] => program.stages.flat();

const stepsOf = (program: Program): Step[] => loweredOf(program).flatMap(({ step }) => step ?? []);

/** Figures of the program that ran last. */
export function stats(specialization: Specialization | null): ProgramStats {
  const { program, traced } = needed(specialization, "stats");
  const lowered = loweredOf(program);
  const { peakBytes, lowerBound } = program.plan;
  return {
    backend: program.backend.name,
    kernels: lowered.length,
    referenceKernels: lowered.filter(({ step }) => step === null).length,
    stages: program.stages.length,
    operations: traced.instructions.length,
    plannedBytes: peakBytes,
    lowerBoundBytes: lowerBound,
    keptBytes: program.keptBytes,
    peakBytes: peakBytes + program.keptBytes,
    flops: sum(stepsOf(program).map(({ flops }) => flops)),
    bytesMoved: sum(stepsOf(program).map(({ bytes }) => bytes)),
  };
}

const mega = (value: number): string => `${(value / 1e6).toPrecision(3)} M`;

function explainStep(step: Step | null): string {
  if (step === null) return "reference";
  const name = typeof step.kernel === "string" ? step.kernel : "generated";
  return `${name}, ${step.tasks} ${step.tasks === 1 ? "task" : "tasks"}, ${mega(step.flops)}FLOP, ${mega(step.bytes)}B`;
}

/** A listing: values, then stage by stage what runs, on which kernel, and where the results lie. */
export function explain(specialization: Specialization | null): string {
  const { program } = needed(specialization, "explain");
  const figures = stats(specialization);
  const placeOf = ({ instruction: { outputs } }: Lowered): string => {
    const places = outputs.map(({ value }) => {
      const place = program.plan.places.get(value);
      return place?.kind === "arena"
        ? `@${place.offset}`
        : place?.kind === "home"
          ? `in place of %${place.state.id}`
          : "";
    });
    return places.length === 0 ? "" : `  ${places.join(", ")}`;
  };
  const stages = program.stages.flatMap((stage, i) => [
    `stage ${i}`,
    ...stage.map((own) => `  ${listInstruction(own.instruction)}\n      ${explainStep(own.step)}${placeOf(own)}`),
  ]);
  return [
    `program on ${figures.backend}: ${figures.kernels} kernels in ${figures.stages} stages, of ${figures.operations} operations`,
    `memory: ${figures.plannedBytes} bytes planned (at least ${figures.lowerBoundBytes}), ${figures.keptBytes} kept`,
    `work: ${mega(figures.flops)}FLOP, ${mega(figures.bytesMoved)}B moved`,
    ...program.values.filter(({ origin }) => origin.kind !== "computed").map(listValue),
    ...stages,
    ...program.plan.results.map((result) => `result ${listOperand(result)}`),
  ].join("\n");
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
      const key = `${instruction.kernel} [${shape.join(", ")}]${depth}`;
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
