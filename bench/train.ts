import { compile, type Tensor } from "@typegrad/autograd";
import type { Batch } from "./batches.js";
import { median, table } from "./measure.js";
import type { Settings } from "./options.js";
import { type Size, type Workload, workload } from "./workload.js";

/** How often the median is taken over: some seconds on two cores. */
const defaultSteps: Readonly<Record<Size, number>> = { S: 300, M: 60, L: 12, C: 24 };

const FIRST = 10;
const WARM_UP = 2;

/** What a run gave. */
export interface TrainResult {
  readonly size: Size;
  readonly threads: number;
  readonly eager: boolean;
  readonly steps: number;
  readonly tokensPerSecond: number;
  /** The median of whole steps, from the batch to the loss as a number; the first two are left out. */
  readonly stepMs: number;
  readonly firstCallMs: number;
  /** The most memory that the process has held. */
  readonly peakBytes: number;
  /** Of the last step. */
  readonly loss: number;
  /** Of the first ten steps. */
  readonly losses: readonly number[];
}

/** One update, as a function of the batch alone. */
export function updateOf({ loss: lossOf, optimizer }: Workload, eager = false): (batch: Batch) => Tensor {
  const update = (batch: Batch): Tensor => {
    const loss = lossOf(batch);
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();
    return loss;
  };
  return eager ? update : compile(update);
}

/** Trains from the first weights and measures each step. */
export function train({ size, threads, eager, steps: wanted }: Settings): TrainResult {
  const steps = wanted ?? defaultSteps[size];
  const work = workload(size);
  const step = updateOf(work, eager);
  const losses: number[] = [];
  const times: number[] = [];
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    losses.push(step(work.batch(i)).item());
    times.push(performance.now() - start);
  }
  const stepMs = median(times.length > WARM_UP ? times.slice(WARM_UP) : times);
  return {
    size,
    threads,
    eager,
    steps,
    tokensPerSecond: (work.tokens / stepMs) * 1000,
    stepMs,
    firstCallMs: times[0]!,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    loss: losses.at(-1)!,
    losses: losses.slice(0, FIRST),
  };
}

/** A run's figures and losses, to be read. */
export function showTraining({ losses, peakBytes, ...figures }: TrainResult): string {
  const { loss, eager, ...row } = figures;
  return `${table([{ ...row, eager: String(eager), "peak MB": peakBytes / 1e6, loss }])}\nlosses: ${losses.map((one) => one.toFixed(5)).join(" ")}`;
}
