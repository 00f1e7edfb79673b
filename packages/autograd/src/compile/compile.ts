import { currentDetector } from "../anomaly.js";
import { checkOptions } from "../errors.js";
import * as kind from "../kinds.js";
import { currentRegion } from "../region.js";
import { currentBackend } from "../targets/backends.js";
import { currentTracing } from "../tracing.js";
import { warn } from "../warnings.js";
import { checkRepeated } from "./check.js";
import { explain } from "./explain.js";
import { type Profile, profile } from "./profile.js";
import { release, use } from "./program-cache.js";
import { Specialization } from "./specialization.js";
import { type ProgramStats, stats } from "./stats.js";
import { type Flattened, flatten } from "./tree.js";

/** Options of {@link compile}. */
export interface CompileOptions {
  /** The same bits on every machine and any number of threads. Default true, and the only way there is. */
  readonly deterministic?: true;
  /** How many threads run the programs at most. Default: as many as `setThreads` says. */
  readonly threads?: number;
  /** Trace again at every call, and throw a CompileError that names what changed. Default false: for finding faults. */
  readonly check?: boolean;
}

/**
 * A compiled function: called like the one it was made of.
 * @typeParam F the function it was made of
 */
export type Compiled<F> = F & {
  /** Figures of the program that ran last. */
  stats(): ProgramStats;
  /** Its kernels in their order, with shapes and places in memory. */
  explain(): string;
  /** Runs it once more, on one thread and for the last arguments, and tells what each kernel took; leaves stay as they are. */
  profile(): Profile;
  /** Gives the memory of all its programs back. A later call traces again. */
  dispose(): void;
};

/** Signatures from which on a function that changes shapes all the time is told so. */
const MANY_SIGNATURES = 16;

/** Not an option yet: what is not wanted is refused rather than given. */
const onlyTrue = {
  what: "true",
  hint: "leave it out: programs have the same bits everywhere",
  accepts: (value: unknown): boolean => value === true,
};

const options = { deterministic: onlyTrue, threads: kind.count, check: kind.boolean };

/** Whether somebody wants to see the operations one by one: a trace around, a checkpoint, a search for NaN. */
const isLookedInto = (): boolean => currentTracing() !== null || currentRegion() !== null || currentDetector() !== null;

/**
 * Makes of a function of tensors a program that runs in WebAssembly, on all cores, without a tape and without allocating:
 * a training step with its backward pass and its update, an evaluation, a step of decoding.
 *
 * The first call with arguments of new shapes runs the function once to record what it does; shapes are known then, values
 * are not. Further calls run what was recorded. Parameters, moments and generators are read and written where they are;
 * what comes back are ordinary tensors, detached from the graph. A call that throws has changed nothing. Inside another
 * compiled function, a checkpoint or `detectAnomaly` the function runs as if it were not compiled.
 *
 * @typeParam F the function's type, which the compiled one has as well
 * @param fn synchronous; takes and returns trees (arrays, plain objects) of tensors and plain values. Numbers and modules
 *   that it finds outside are taken to be the same at every call.
 * @throws CompileError, at a call, where the function reads a value, returns a promise, writes to an argument, or uses a
 *   tensor of another trace.
 * @throws ArgumentError for arguments that hide elements (typed arrays, maps, sets), or that are state of the function.
 * @throws GradError for an argument that was computed, where the function leaves it a gradient.
 * @example
 * ```ts
 * const weight = tensor([1, 2, 3], { requiresGrad: true });
 * const step = compile((x: Tensor) => {
 *   const loss = weight.mul(x).sum();
 *   loss.backward();
 *   noGrad(() => weight.assign(weight.sub(weight.grad!.mul(0.1))));
 *   weight.grad = null;
 *   return loss;
 * });
 * step(tensor([1, 1, 1])).item(); // 6
 * step(tensor([1, 1, 1])).item().toFixed(4); // "5.7000"
 * ```
 */
export function compile<F extends (...args: never[]) => unknown>(fn: F, given: CompileOptions = {}): Compiled<F> {
  kind.checkArgument("compile", "fn", fn, kind.function);
  checkOptions("compile", given, options);
  const { threads = null, check = false } = given;
  const known: Specialization[] = [];
  let last: Specialization | null = null;
  let signatures = 0;

  const forget = (specialization: Specialization): void => {
    known.splice(known.indexOf(specialization), 1);
    if (last === specialization) last = null;
  };

  const specialize = (args: readonly unknown[], key: string): Specialization =>
    new Specialization(fn, args, key, currentBackend(), threads);

  const find = (args: readonly unknown[], { key }: Flattened): Specialization => {
    const fitting = last?.fits(key) ? last : known.find((specialization) => specialization.fits(key));
    if (fitting !== undefined) {
      if (check) checkRepeated(fitting, specialize(args, key));
      return fitting;
    }
    const traced = specialize(args, key);
    known.push(traced);
    if (++signatures === MANY_SIGNATURES + 1) {
      warn(
        `compile: the function has been traced for more than ${MANY_SIGNATURES} signatures, the last being ${key}: ` +
          "give its arguments a few shapes, for instance by padding, and hand in as tensors what changes at each call",
      );
    }
    return traced;
  };

  const call = (...args: never[]): unknown => {
    if (isLookedInto()) return fn(...args);
    const flat = flatten(args);
    const specialization = find(args, flat);
    use(specialization.program, () => forget(specialization));
    last = specialization;
    return specialization.call(flat);
  };

  return Object.assign(call as unknown as F, {
    stats: () => stats(last),
    explain: () => explain(last),
    profile: () => profile(last),
    dispose: () => {
      for (const { program } of known) release(program);
      known.length = 0;
      last = null;
    },
  });
}
