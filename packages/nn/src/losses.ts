import {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropyWithLogits,
  type CrossEntropyOptions,
  checkOptions,
  crossEntropy,
  type KlDivOptions,
  klDiv,
  type LossOptions,
  mseLoss,
  type NllLossOptions,
  nllLoss,
  smoothL1Loss,
  type Tensor,
} from "@typegrad/autograd";
import { Module } from "./module.js";
import { Buffer } from "./parameter.js";

/** Options of {@link SmoothL1Loss}. */
export interface SmoothL1LossOptions extends LossOptions {
  /** Where the linear part begins. Default 1. */
  readonly beta?: number;
}

/** A tensor among the options, as a buffer: it belongs to the state-dict. */
const held = (given: Tensor | undefined): Tensor | null => (given === undefined ? null : Buffer(given));

/** `{ name: tensor }`, or nothing where there is none. */
const given = <Name extends string>(name: Name, value: Tensor | null): { readonly [name in Name]?: Tensor } =>
  (value === null ? {} : { [name]: value }) as { readonly [name in Name]?: Tensor };

/**
 * −ln of the probability that softmax gives the right class: `crossEntropy` as a module. A `weight` [C] is a buffer.
 *
 * @example
 * ```ts
 * const loss = new CrossEntropyLoss({ labelSmoothing: 0.1 });
 * loss.forward(ones([2, 5]), tensor(Int32Array.of(3, 0))).item(); // ln 5
 * ```
 */
export class CrossEntropyLoss extends Module {
  /** A factor for each class, [C]. */
  weight: Tensor | null;
  readonly #settings: Omit<CrossEntropyOptions, "weight">;

  constructor({ weight, ...settings }: CrossEntropyOptions = {}) {
    super();
    checkOptions("CrossEntropyLoss", settings, ["ignoreIndex", "labelSmoothing", "reduction"]);
    this.weight = held(weight);
    this.#settings = settings;
  }

  /**
   * The loss, reduced as the options say.
   * @param logits [N, C, ...] or [C]
   * @param target class ids int32 [N, ...], or probabilities of the logits' shape
   * @returns 0-d, or without reduction a value for each target
   */
  forward(logits: Tensor, target: Tensor): Tensor {
    return crossEntropy(logits, target, { ...this.#settings, ...given("weight", this.weight) });
  }
}

/**
 * −logProbability of the right class: `nllLoss` as a module. A `weight` [C] is a buffer.
 *
 * @example
 * ```ts
 * new NLLLoss().forward(tensor([[0.25, 0.75]]).log(), tensor(Int32Array.of(1))).item(); // 0.2877: −ln 0.75
 * ```
 */
export class NLLLoss extends Module {
  /** A factor for each class, [C]. */
  weight: Tensor | null;
  readonly #settings: Omit<NllLossOptions, "weight">;

  constructor({ weight, ...settings }: NllLossOptions = {}) {
    super();
    checkOptions("NLLLoss", settings, ["ignoreIndex", "reduction"]);
    this.weight = held(weight);
    this.#settings = settings;
  }

  /**
   * The loss, reduced as the options say.
   * @param logProbabilities [N, C, ...] or [C]
   * @param target class ids int32 [N, ...]
   * @returns 0-d, or without reduction a value for each target
   */
  forward(logProbabilities: Tensor, target: Tensor): Tensor {
    return nllLoss(logProbabilities, target, { ...this.#settings, ...given("weight", this.weight) });
  }
}

/**
 * (input − target)²: `mseLoss` as a module.
 *
 * @example
 * ```ts
 * new MSELoss().forward(tensor([1, 2]), tensor([1, 4])).item(); // 2
 * ```
 */
export class MSELoss extends Module {
  readonly #settings: LossOptions;

  constructor(settings: LossOptions = {}) {
    super();
    checkOptions("MSELoss", settings, ["reduction"]);
    this.#settings = settings;
  }

  /**
   * The loss, reduced as the options say.
   * @param input of any shape
   * @param target of the same shape
   * @returns 0-d, or without reduction a value for each target
   */
  forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.#settings);
  }
}

/**
 * Quadratic within `beta` of the target, linear beyond (Girshick 2015): `smoothL1Loss` as a module.
 *
 * @example
 * ```ts
 * new SmoothL1Loss({ reduction: "none" }).forward(tensor([0.5, 3]), tensor([0, 0])).toArray(); // [0.125, 2.5]
 * ```
 */
export class SmoothL1Loss extends Module {
  readonly #settings: SmoothL1LossOptions;

  constructor(settings: SmoothL1LossOptions = {}) {
    super();
    checkOptions("SmoothL1Loss", settings, ["beta", "reduction"]);
    this.#settings = settings;
  }

  /**
   * The loss, reduced as the options say.
   * @param input of any shape
   * @param target of the same shape
   * @returns 0-d, or without reduction a value for each target
   */
  forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, this.#settings);
  }
}

/**
 * −y ln σ(x) − (1 − y) ln(1 − σ(x)): `binaryCrossEntropyWithLogits` as a module. `weight` and `posWeight` are buffers.
 *
 * @example
 * ```ts
 * new BCEWithLogitsLoss().forward(tensor([0]), tensor([1])).item(); // 0.6931: ln 2
 * ```
 */
export class BCEWithLogitsLoss extends Module {
  /** A factor for each element, broadcast to the logits. */
  weight: Tensor | null;
  /** A factor for the part of y = 1, broadcast to the logits. */
  posWeight: Tensor | null;
  readonly #settings: Omit<BinaryCrossEntropyOptions, "weight" | "posWeight">;

  constructor({ weight, posWeight, ...settings }: BinaryCrossEntropyOptions = {}) {
    super();
    checkOptions("BCEWithLogitsLoss", settings, ["reduction"]);
    this.weight = held(weight);
    this.posWeight = held(posWeight);
    this.#settings = settings;
  }

  /**
   * The loss, reduced as the options say.
   * @param logits of any shape
   * @param target probabilities of the same shape
   * @returns 0-d, or without reduction a value for each target
   */
  forward(logits: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropyWithLogits(logits, target, {
      ...this.#settings,
      ...given("weight", this.weight),
      ...given("posWeight", this.posWeight),
    });
  }
}

/**
 * target · (ln target − input), the input being log-probabilities: `klDiv` as a module.
 *
 * @example
 * ```ts
 * const loss = new KLDivLoss({ reduction: "sum" });
 * loss.forward(tensor([0.5, 0.5]).log(), tensor([0.25, 0.75])).item(); // 0.1308
 * ```
 */
export class KLDivLoss extends Module {
  readonly #settings: KlDivOptions;

  constructor(settings: KlDivOptions = {}) {
    super();
    checkOptions("KLDivLoss", settings, ["logTarget", "reduction"]);
    this.#settings = settings;
  }

  /**
   * The loss, reduced as the options say.
   * @param input log-probabilities, of any shape
   * @param target probabilities of the same shape, or with `logTarget` their logarithms
   * @returns 0-d, or without reduction a value for each target
   */
  forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, this.#settings);
  }
}
