import type { Tensor } from "@typegrad/autograd";
import { Module } from "./module.js";

/** Modules in a row, with their positions as keys. */
export class ModuleList<M extends Module = Module> extends Module implements Iterable<M> {
  readonly #items: M[];

  constructor(items: Iterable<M> = []) {
    super();
    this.#items = [...items];
  }

  get length(): number {
    return this.#items.length;
  }

  /** The module at a position, or undefined. */
  at(position: number): M | undefined {
    return this.#items.at(position);
  }

  push(item: M): void {
    this.#items.push(item);
  }

  [Symbol.iterator](): Iterator<M> {
    return this.#items[Symbol.iterator]();
  }

  protected override fields(): Iterable<readonly [string, unknown]> {
    return this.#items.map((item, i) => [String(i), item] as const);
  }

  /** @throws always: a list says nothing about the order of computation; call its modules. */
  forward(): never {
    throw new TypeError(
      "ModuleList: a list has no forward\ngot: a call of forward\nhint: call its modules, or use Sequential",
    );
  }
}

/** A module that takes a tensor and gives one. */
export type Layer = Module & { forward(x: Tensor): Tensor };

/** Modules of which each takes what the one before gives. */
export class Sequential extends Module {
  readonly #items: readonly Layer[];

  constructor(...items: Layer[]) {
    super();
    this.#items = items;
  }

  protected override fields(): Iterable<readonly [string, unknown]> {
    return this.#items.map((item, i) => [String(i), item] as const);
  }

  forward(x: Tensor): Tensor {
    return this.#items.reduce((value, item) => item.forward(value), x);
  }
}
