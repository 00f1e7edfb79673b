import { checkOptions, ValueError } from "@typegrad/autograd";

/**
 * The learning rate of step 1, 2, … A pure function: it never looks at the clock or at the run. So schedules compose as
 * functions do: `(step) => warmup(step) * decay(step)`.
 */
export type Schedule = (step: number) => number;

/** A schedule that refuses steps that do not exist. */
export function schedule(name: string, rate: (step: number) => number): Schedule {
  return (step) => {
    if (Number.isInteger(step) && step >= 1) return rate(step);
    throw new ValueError(`${name}: there is no such step`, { got: String(step), hint: "steps are counted 1, 2, 3, …" });
  };
}

const isRate = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0;
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isPositive = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1;

/** What options may be; one whose rule ends in ? may be left out. */
const rules = {
  rate: { accepts: isRate, hint: "use a finite number from 0 up" },
  positive: { accepts: isPositive, hint: "use a whole number from 1 up" },
  steps: {
    accepts: (value: unknown): boolean => Array.isArray(value) && value.every(isCount),
    hint: "use whole numbers of steps, for instance [30, 80]",
  },
};

type Rule = keyof typeof rules;

/** Throws an OptionError for unknown options, a ValueError for those that do not follow their rule. */
export function checkSchedule(
  name: string,
  options: object,
  needed: Readonly<Record<string, Rule | `${Rule}?`>>,
): void {
  checkOptions(name, options, Object.keys(needed));
  for (const [option, rule] of Object.entries(needed)) {
    const value = (options as Readonly<Record<string, unknown>>)[option];
    if (value === undefined && rule.endsWith("?")) continue;
    const { accepts, hint } = rules[rule.replace("?", "") as Rule];
    if (!accepts(value)) throw new ValueError(`${name}: ${option} is out of range`, { got: String(value), hint });
  }
}
