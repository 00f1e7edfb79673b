import { addScaled, checkOptions, noGrad, OptionError, type Tensor, ValueError } from "@typegrad/autograd";
import { scalar } from "./optimizers/parameter-group.js";

/** Options of {@link WeightAverage}. */
export interface WeightAverageOptions {
  /** How strongly late steps outweigh early ones: 0 averages all alike, η about the last 1 / (η + 1) of them. Default 8. */
  readonly eta?: number;
}

/**
 * An average of a model's weights along a run, which lies closer to the minimum than the weights that circle around it.
 * After step t, w̄ ← w̄ + (η + 1) / (t + η) · (w − w̄): polynomial-decay averaging (Shamir & Zhang 2013,
 * https://arxiv.org/abs/1212.1824, section 4). The weights it forgets are a share of the run, so nobody has to know how
 * long the run will be; the paper of the Transformer averages its last checkpoints (Vaswani et al. 2017, section 6.1).
 *
 * @throws OptionError without parameters and for unknown options; ValueError for a negative η.
 * @example
 * ```ts
 * const weight = tensor([1], { requiresGrad: true });
 * const average = new WeightAverage([weight], { eta: 0 });
 * for (const value of [1, 2, 6]) {
 *   noGrad(() => weight.assign(tensor([value])));
 *   average.update();
 * }
 * average.apply();
 * weight.toArray(); // [3]
 * ```
 */
export class WeightAverage {
  readonly #parameters: readonly Tensor[];
  readonly #averages: readonly Tensor[];
  readonly #eta: number;
  #steps = 0;

  constructor(parameters: readonly Tensor[], options: WeightAverageOptions = {}) {
    checkOptions("WeightAverage", options, ["eta"]);
    const { eta = 8 } = options;
    if (parameters.length === 0) {
      throw new OptionError("WeightAverage: there are no parameters", {
        got: "an empty list",
        hint: "hand in model.parameters()",
      });
    }
    if (!(eta >= 0 && eta < Number.POSITIVE_INFINITY)) {
      throw new ValueError("WeightAverage: eta must not be negative", {
        got: String(eta),
        hint: "use a finite number from 0 up",
      });
    }
    this.#parameters = [...parameters];
    this.#averages = copies(parameters);
    this.#eta = eta;
  }

  /** Takes in the weights as they are now: after each step. The first time they are the average. */
  update(): void {
    this.#steps++;
    const share = scalar((this.#eta + 1) / (this.#steps + this.#eta));
    noGrad(() => {
      for (const [i, average] of this.#averages.entries()) {
        average.assign(addScaled(average, this.#parameters[i]!.sub(average), share));
      }
    });
  }

  /** Writes the average into the parameters. */
  apply(): void {
    assignAll(this.#parameters, this.#averages);
  }

  /** What `run` gives while the parameters hold the average; afterwards they have their own values again. */
  during<Result>(run: () => Result): Result {
    const own = copies(this.#parameters);
    this.apply();
    try {
      return run();
    } finally {
      assignAll(this.#parameters, own);
    }
  }
}

const copies = (tensors: readonly Tensor[]): readonly Tensor[] => noGrad(() => tensors.map((x) => x.clone()));

function assignAll(to: readonly Tensor[], from: readonly Tensor[]): void {
  noGrad(() => {
    for (const [i, tensor] of to.entries()) tensor.assign(from[i]!);
  });
}
