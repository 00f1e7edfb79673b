import { OptionError, type Tensor } from "@typegrad/autograd";
import { Module } from "./module.js";

/** What lists of modules have in common: their items, with positions as keys. */
abstract class ModuleSequence<M extends Module> extends Module implements Iterable<M> {
  readonly #items: M[] = [];

  protected constructor(items: Iterable<M>) {
    super();
    this.extend(items);
  }

  /** The number of modules. */
  get length(): number {
    return this.#items.length;
  }

  /** The module at a position, counted from the end if negative, or undefined. */
  at(position: number): M | undefined {
    return this.#items.at(position);
  }

  /**
   * Puts a module behind the others.
   * @throws OptionError for what is not a module.
   */
  append(item: M): this {
    if (!(item instanceof Module)) {
      throw new OptionError(`${this.constructor.name}: item ${this.length} is not a module`, {
        got: Array.isArray(item) ? "an array" : typeof item,
        hint: "new Sequential(a, b) takes modules one by one, new ModuleList([a, b]) an array of them",
      });
    }
    this.#items.push(item);
    return this;
  }

  /** Puts modules behind the others. */
  extend(items: Iterable<M>): this {
    for (const item of items) this.append(item);
    return this;
  }

  /** The modules in their order. */
  [Symbol.iterator](): IterableIterator<M> {
    return this.#items[Symbol.iterator]();
  }

  protected override *fields(): Iterable<readonly [string, unknown]> {
    yield* super.fields();
    for (const [i, item] of this.#items.entries()) yield [String(i), item];
  }
}

/**
 * Modules in a list, with their positions as keys; `at`, `length` and iteration read it.
 *
 * @example
 * ```ts
 * const layers = new ModuleList([new Linear(3, 5), new Linear(5, 2)]);
 * let x = ones([4, 3]);
 * for (const layer of layers) x = layer.forward(x);
 * x.shape; // [4, 2]
 * ```
 */
export class ModuleList<M extends Module = Module> extends ModuleSequence<M> {
  constructor(items: Iterable<M> = []) {
    super(items);
  }

  /** @throws OptionError always: a list says nothing about the order of computation. */
  forward(): never {
    throw new OptionError("ModuleList: a list has no forward", {
      got: `a call of forward on ${this.length} modules`,
      hint: "call its modules, or use Sequential",
    });
  }
}

/** A module that takes a tensor and gives one. */
export type Layer = Module & {
  /** One tensor from another. */
  forward(x: Tensor): Tensor;
};

/**
 * Modules of which each takes what the one before gives.
 *
 * @example
 * ```ts
 * const model = new Sequential(new Linear(3, 8), new GELU(), new Linear(8, 2));
 * model.forward(ones([5, 3])).shape; // [5, 2]
 * ```
 */
export class Sequential extends ModuleSequence<Layer> {
  constructor(...items: Layer[]) {
    super(items);
  }

  /**
   * Each module's result is the next one's input.
   * @param x what the first module takes
   * @returns what the last module gives; x itself where there is none
   */
  forward(x: Tensor): Tensor {
    let value = x;
    for (const item of this) value = item.forward(value);
    return value;
  }
}
