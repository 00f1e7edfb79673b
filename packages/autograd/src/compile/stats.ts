import { CompileError } from "../errors.js";
import type { Step } from "../targets/step.js";
import type { Lowered, Program } from "./program.js";
import type { Specialization } from "./specialization.js";

/** Figures of a program. */
export interface ProgramStats {
  /** What it runs on: "wasm", or "reference" where WebAssembly is not to be had. */
  readonly backend: string;
  /** Kernel calls. */
  readonly kernels: number;
  /** Those among them that plain TypeScript does. */
  readonly referenceKernels: number;
  /** Groups of kernels that may run at the same time; between them threads wait for each other. */
  readonly stages: number;
  /** Kernel calls as they were traced, before anything was fused or left out. */
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

/** The program of the last call. @throws CompileError where there is none. */
export function needed(specialization: Specialization | null, call: string): Specialization {
  if (specialization !== null) return specialization;
  throw new CompileError(`compile: ${call} needs a program`, {
    got: "a function that has not been called, or whose programs were dropped",
    hint: "call the compiled function first",
  });
}

/** The total of some numbers. */
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

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
