import {
  checkOptions,
  currentTracing,
  type DType,
  DTypeError,
  isFloat,
  type Tensor,
  ValueError,
} from "@typegrad/autograd";
import { addForwardHook, type ForwardHook } from "./forward-hooks.js";
import { moduleText } from "./module-text.js";
import { convertedState, isBuffer, isParameter, isPersistent, type Parameter } from "./parameter.js";
import { copiesOf, type LoadOptions, loadInto, type StateDict } from "./state-dict.js";

/** How far parameters and buffers are looked for. */
export interface RecurseOptions {
  /** Whether those of the modules below count. Default true. */
  readonly recurse?: boolean;
}

/** `inProjWeight` as PyTorch writes it: `in_proj_weight`. */
export const snakeCase = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * A part of a model: plain fields hold parameters, buffers and other modules, and `forward` says what it computes.
 *
 * @example
 * ```ts
 * class Scale extends Module {
 *   factor = new Parameter(ones([1]));
 *   forward(x: Tensor): Tensor {
 *     return x.mul(this.factor);
 *   }
 * }
 * ```
 */
export abstract class Module {
  #training = true;

  /** What the module computes. */
  abstract forward(...inputs: never[]): unknown;

  /** Whether dropout drops and running statistics run. {@link train} and {@link eval} set it here and below. */
  get training(): boolean {
    currentTracing()?.guard(this, "training", () => this.#training);
    return this.#training;
  }

  set training(mode: boolean) {
    const before = this.#training;
    const set = (value: boolean) => () => {
      this.#training = value;
    };
    currentTracing()?.effect(this, "training", set(mode), set(before));
    this.#training = mode;
  }

  /** The named fields that parameters, buffers and modules are looked for in. */
  protected fields(): Iterable<readonly [string, unknown]> {
    return Object.entries(this);
  }

  /** What {@link toString} says about the module itself, for instance `p=0.1`. */
  protected extraRepr(): string {
    return "";
  }

  /** The fields, with the items of arrays as `name.0`, `name.1`, … */
  *#slots(): Generator<readonly [string, unknown]> {
    for (const [name, value] of this.fields()) {
      if (Array.isArray(value)) for (const [i, item] of value.entries()) yield [`${name}.${i}`, item];
      else yield [name, value];
    }
  }

  *#everyChild(): Generator<readonly [string, Module]> {
    for (const [name, value] of this.#slots()) if (value instanceof Module) yield [name, value];
  }

  /** The modules in the fields, by field name; those in an array by field name and position. Each comes once. */
  *namedChildren(): Generator<readonly [string, Module]> {
    const seen = new Set<Module>();
    for (const [name, child] of this.#everyChild()) {
      if (seen.has(child)) continue;
      seen.add(child);
      yield [name, child];
    }
  }

  /** The modules directly below this one, each once. */
  children(): Module[] {
    return [...this.namedChildren()].map(([, child]) => child);
  }

  /** This module, under the empty path, and all below it with the paths that their keys begin with. Each comes once. */
  namedModules(): [string, Module][] {
    const paths = new Map<Module, string>();
    const visit = (module: Module, path: string): void => {
      if (paths.has(module)) return;
      paths.set(module, path);
      for (const [name, child] of module.#everyChild()) visit(child, join(path, snakeCase(name)));
    };
    visit(this, "");
    return [...paths].map(([module, path]) => [path, module]);
  }

  /** This module and all below it, each once. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** Every parameter and buffer with its key, parameters first; one that has several keys comes several times. */
  *#tensors(recurse = true, path = "", above: readonly Module[] = []): Generator<readonly [string, Tensor]> {
    if (above.includes(this)) {
      throw new ValueError("Module: a module lies below itself", {
        got: `${this.constructor.name} at ${path}`,
        hint: "keep what points upwards in a private field (#name), which is not searched",
      });
    }
    const slots = [...this.#slots()];
    for (const belongs of [isParameter, isBuffer]) {
      for (const [name, value] of slots) if (belongs(value)) yield [join(path, snakeCase(name)), value];
    }
    if (!recurse) return;
    for (const [name, child] of this.#everyChild()) {
      yield* child.#tensors(true, join(path, snakeCase(name)), [...above, this]);
    }
  }

  /** The tensors of a kind, each once under its first key. */
  #named<T extends Tensor>(belongs: (value: unknown) => value is T, options: RecurseOptions): [string, T][] {
    checkOptions("Module", options, ["recurse"]);
    const keys = new Map<T, string>();
    for (const [key, tensor] of this.#tensors(options.recurse)) {
      if (belongs(tensor) && !keys.has(tensor)) keys.set(tensor, key);
    }
    return [...keys].map(([tensor, key]) => [key, tensor]);
  }

  /** The parameters with their keys. A shared parameter comes once, under its first key. */
  namedParameters(options: RecurseOptions = {}): [string, Parameter][] {
    return this.#named(isParameter, options);
  }

  /** The parameters, each once. */
  parameters(options: RecurseOptions = {}): Parameter[] {
    return this.namedParameters(options).map(([, parameter]) => parameter);
  }

  /** The buffers with their keys, each once: also those that the state-dict does not hold. */
  namedBuffers(options: RecurseOptions = {}): [string, Tensor][] {
    return this.#named(isBuffer, options);
  }

  /** The buffers, each once. */
  buffers(options: RecurseOptions = {}): Tensor[] {
    return this.namedBuffers(options).map(([, buffer]) => buffer);
  }

  /** Parameters and persistent buffers under all of their keys. */
  #stored(): Map<string, Tensor> {
    return new Map([...this.#tensors()].filter(([, tensor]) => !isBuffer(tensor) || isPersistent(tensor)));
  }

  /**
   * Copies of all parameters and persistent buffers by PyTorch's keys. A shared one stands under each of its keys, as
   * one copy.
   */
  stateDict(): StateDict {
    return copiesOf(this.#stored());
  }

  /**
   * Takes over the values of a state-dict. Nothing is changed unless everything fits. A shared parameter needs only one
   * of its keys.
   * @param options.strict whether missing and unexpected keys are errors; default true
   * @throws CheckpointError naming the keys that are missing or unexpected, or have another shape.
   */
  loadStateDict(dict: StateDict, options: LoadOptions = {}): void {
    loadInto(new Map(this.#tensors()), this.#stored(), dict, options);
  }

  /** Switches this module and all below it to training (or, with false, to evaluation). */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Switches to evaluation: nothing is dropped, and running statistics are used instead of the batch's. */
  eval(): this {
    return this.train(false);
  }

  /** Forgets the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  /**
   * Converts all float parameters, with their gradients, and all float buffers to another float dtype; integers stay.
   * They are new tensors in the old fields, so make optimizers afterwards.
   * @throws DTypeError for a dtype that is not a float.
   */
  to(dtype: DType): this {
    if (!isFloat(dtype)) {
      throw new DTypeError("Module.to: modules compute in floats", { got: String(dtype), hint: "float32 or float64" });
    }
    const converted = new Map<Tensor, Tensor>();
    const change = (value: unknown): unknown => {
      if (!(isParameter(value) || isBuffer(value)) || !isFloat(value.dtype) || value.dtype === dtype) return value;
      if (!converted.has(value)) converted.set(value, convertedState(value, dtype));
      return converted.get(value);
    };
    for (const module of this.modules()) {
      for (const [name, value] of module.fields()) {
        if (Array.isArray(value)) for (const [i, item] of value.entries()) value[i] = change(item);
        const now = change(value);
        if (now !== value) (module as unknown as Record<string, unknown>)[name] = now;
      }
    }
    return this;
  }

  /** Calls `fn` with every module once, those below first. */
  apply(fn: (module: Module) => void): this {
    const seen = new Set<Module>();
    const visit = (module: Module): void => {
      if (seen.has(module)) return;
      seen.add(module);
      module.children().forEach(visit);
      fn(module);
    };
    visit(this);
    return this;
  }

  /**
   * Calls `hook` with this module, the inputs and the output of every call of `forward`, in the order of registration.
   * What it returns, unless undefined, takes the output's place for the next hook and the caller.
   * @returns a function that removes the hook.
   * @throws ArgumentError for what is not a function.
   */
  registerForwardHook<Output = unknown>(hook: ForwardHook<this, Output>): () => void {
    return addForwardHook(this, hook as ForwardHook<this, unknown>);
  }

  /** The tree of modules, one a line, as PyTorch prints it. */
  toString(): string {
    const children = [...this.#everyChild()].map(([name, child]) => `(${name}): ${child}`);
    return moduleText(this.constructor.name, this.extraRepr(), children);
  }
}

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);
