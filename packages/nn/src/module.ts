import {
  CheckpointError,
  checkOptions,
  type DType,
  formatShape,
  noGrad,
  sameShape,
  type Tensor,
} from "@typegrad/autograd";
import { isBuffer, isPersistent, Parameter } from "./parameter.js";

/** Tensors by their state-dict key, for instance `self_attn.in_proj_weight`. */
export type StateDict = Record<string, Tensor>;

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

  /** Whether dropout drops and running statistics run; switched by {@link train} and {@link eval}. */
  get training(): boolean {
    return this.#training;
  }

  /** The named fields that parameters, buffers and modules are looked for in. */
  protected fields(): Iterable<readonly [string, unknown]> {
    return Object.entries(this);
  }

  /** The modules in the fields, by field name; those in an array by field name and position. */
  *namedChildren(): Generator<readonly [string, Module]> {
    for (const [name, value] of this.fields()) {
      if (value instanceof Module) yield [name, value];
      else if (Array.isArray(value)) {
        for (const [i, item] of value.entries()) if (item instanceof Module) yield [`${name}.${i}`, item];
      }
    }
  }

  /** The modules directly below this one. */
  children(): Module[] {
    return [...this.namedChildren()].map(([, child]) => child);
  }

  /** This module and all below it. */
  modules(): Module[] {
    return [this, ...this.children().flatMap((child) => child.modules())];
  }

  /** Every tensor that is a parameter or buffer, with its key; one that has several keys comes several times. */
  *#tensors(prefix = ""): Generator<readonly [string, Tensor]> {
    for (const [name, value] of this.fields()) {
      if (value instanceof Parameter || isBuffer(value)) yield [prefix + snakeCase(name), value];
    }
    for (const [name, child] of this.namedChildren()) yield* child.#tensors(`${prefix}${snakeCase(name)}.`);
  }

  /** The parameters with their keys. A shared parameter comes once, under its first key. */
  namedParameters(): [string, Parameter][] {
    const seen = new Set<Tensor>();
    const result: [string, Parameter][] = [];
    for (const [name, tensor] of this.#tensors()) {
      if (!(tensor instanceof Parameter) || seen.has(tensor)) continue;
      seen.add(tensor);
      result.push([name, tensor]);
    }
    return result;
  }

  /** The parameters, each once. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** The buffers, each once. */
  buffers(): Tensor[] {
    return [...new Set([...this.#tensors()].map(([, tensor]) => tensor))].filter(isBuffer);
  }

  /** Copies of all parameters and persistent buffers by PyTorch's keys; a shared one under its first key. */
  stateDict(): StateDict {
    const result: StateDict = {};
    for (const [name, tensor] of this.#stored()) result[name] = noGrad(() => tensor.detach().clone());
    return result;
  }

  #stored(): Map<string, Tensor> {
    const seen = new Set<Tensor>();
    const result = new Map<string, Tensor>();
    for (const [name, tensor] of this.#tensors()) {
      if (seen.has(tensor) || (isBuffer(tensor) && !isPersistent(tensor))) continue;
      seen.add(tensor);
      result.set(name, tensor);
    }
    return result;
  }

  /**
   * Takes over the values of a state-dict. Nothing is changed unless everything fits.
   * @param options.strict whether missing and unexpected keys are errors; default true
   * @throws CheckpointError naming the keys that are missing or unexpected, or have another shape.
   */
  loadStateDict(dict: StateDict, options: { readonly strict?: boolean } = {}): void {
    checkOptions("loadStateDict", options, ["strict"]);
    const every = new Map(this.#tensors());
    const given = new Map(Object.entries(dict));
    const loaded = new Set([...every].filter(([name]) => given.has(name)).map(([, tensor]) => tensor));
    const missing = [...this.#stored()].filter(([, tensor]) => !loaded.has(tensor)).map(([name]) => name);
    const unexpected = [...given.keys()].filter((name) => !every.has(name));
    if (options.strict !== false && missing.length + unexpected.length > 0) {
      throw new CheckpointError("loadStateDict: the keys do not match the module's", {
        got: `missing: ${listed(missing)}; unexpected: ${listed(unexpected)}`,
        hint: "check that the model has the same settings, or pass { strict: false }",
      });
    }
    for (const [name, tensor] of every) {
      const value = given.get(name);
      if (value !== undefined && !sameShape(value.shape, tensor.shape)) {
        throw new CheckpointError(`loadStateDict: ${name} has another shape`, {
          got: `${formatShape(value.shape)} for ${formatShape(tensor.shape)}`,
          hint: "check that the model has the same settings",
        });
      }
    }
    noGrad(() => {
      for (const [name, tensor] of every) {
        const value = given.get(name);
        if (value !== undefined) tensor.assign(value.detach().to(tensor.dtype));
      }
    });
  }

  /** Switches this module and all below it to training (or, with false, to evaluation). */
  train(mode = true): this {
    for (const module of this.modules()) module.#training = mode;
    return this;
  }

  /** Switches to evaluation: no dropout. */
  eval(): this {
    return this.train(false);
  }

  /** Forgets the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  /** Converts all float parameters and buffers to another float dtype. */
  to(dtype: DType): this {
    const converted = new Map<Tensor, Tensor>();
    for (const module of this.modules()) {
      for (const [name, value] of module.fields()) {
        if (!(value instanceof Parameter) || value.dtype === dtype) continue;
        if (!converted.has(value)) converted.set(value, value.converted(dtype));
        (module as unknown as Record<string, unknown>)[name] = converted.get(value);
      }
    }
    return this;
  }

  /** Calls `fn` with every module, those below first. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? "none" : names.slice(0, 8).join(", ") + (names.length > 8 ? `, … (${names.length})` : "");
