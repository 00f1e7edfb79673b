import { ArgumentError, checkOptions, ValueError } from "@typegrad/autograd";
import { type Schedule, schedule } from "./schedule.js";

/** Options of {@link sequential}. */
export interface SequentialOptions {
  /** The last step of each schedule but the last, rising. */
  readonly milestones: readonly number[];
}

/**
 * One schedule after another: the first up to step milestones[0], the second from there up to milestones[1], …, each
 * counting its own steps from 1. PyTorch's `SequentialLR`.
 *
 * @throws ArgumentError for what are no schedules; ValueError unless there is a rising milestone between any two.
 * @example
 * ```ts
 * const rate = sequential([linearWarmup({ lr: 1, warmup: 4 }), exponentialDecay({ lr: 1, gamma: 0.5 })], {
 *   milestones: [4],
 * });
 * [1, 4, 5, 6].map(rate); // [0.25, 1, 1, 0.5]
 * ```
 */
export function sequential(schedules: readonly Schedule[], options: SequentialOptions): Schedule {
  if (!Array.isArray(schedules) || schedules.length === 0 || !schedules.every((item) => typeof item === "function")) {
    throw new ArgumentError("sequential: a list of schedules is needed", {
      got: Array.isArray(schedules) ? `[${schedules.map((item) => typeof item).join(", ")}]` : typeof schedules,
      hint: "for instance [linearWarmup({ lr: 0.1, warmup: 100 }), constant({ lr: 0.1 })]",
    });
  }
  checkOptions("sequential", options, ["milestones"]);
  const { milestones } = options;
  const rising = (list: readonly number[]): boolean =>
    list.every((step, i) => Number.isInteger(step) && step > (i === 0 ? 0 : list[i - 1]!));
  if (!Array.isArray(milestones) || milestones.length !== schedules.length - 1 || !rising(milestones)) {
    throw new ValueError("sequential: the milestones do not fit", {
      got: `milestones ${String(milestones)} for ${schedules.length} schedules`,
      hint: "give one rising whole number of steps fewer than there are schedules",
    });
  }
  const [parts, ends] = [[...schedules], [...milestones]];
  return schedule("sequential", (s) => {
    const i = ends.filter((end) => end < s).length;
    return parts[i]!(i === 0 ? s : s - ends[i - 1]!);
  });
}
