import {
  checkOptions,
  type DType,
  type Generator,
  noGrad,
  OptionError,
  rand,
  randn,
  type Tensor,
  ValueError,
} from "@typegrad/autograd";

/** Options that all random initialisations take. */
export interface InitOptions {
  /** Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Writes values into a leaf, in its dtype. */
export const fill = (x: Tensor, value: Tensor): Tensor => noGrad(() => x.assign(value.to(x.dtype)));

/** Numbers of a leaf's shape: uniform in [0, 1) or standard normal. */
export function draw(
  distribution: "uniform" | "normal",
  x: Tensor,
  { generator }: InitOptions,
  dtype: DType = x.dtype,
): Tensor {
  const options = { dtype, ...(generator && { generator }) };
  return distribution === "uniform" ? rand(x.shape, options) : randn(x.shape, options);
}

/** Checks that all options are known, and that those which are numbers are finite. */
export function checkInit(operation: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new OptionError(`${operation}: the settings come in an object`, {
      got: String(options),
      hint: `known options: ${known.join(", ")}`,
    });
  }
  checkOptions(operation, options, known);
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new ValueError(`${operation}: ${name} must be finite`, { got: String(value), hint: "for instance 1" });
    }
  }
}

/** Checks a standard deviation. */
export function checkStd(operation: string, std: number): number {
  if (std >= 0) return std;
  throw new ValueError(`${operation}: the standard deviation must not be negative`, {
    got: String(std),
    hint: "for instance 0.02",
  });
}
