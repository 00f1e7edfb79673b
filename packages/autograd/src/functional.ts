import { grad } from "./backward.js";
import { stack } from "./composites/joining.js";
import { sum } from "./composites/reductions.js";
import { full, ones, onesLike, zeros, zerosLike } from "./create.js";
import { isFloat } from "./dtype.js";
import { checkOptions, DTypeError, GradError, ShapeError } from "./errors.js";
import * as kind from "./kinds.js";
import { withGradMode } from "./mode.js";
import { add, mul } from "./primitives/pointwise.js";
import { reshapeTo } from "./primitives/views.js";
import { format, sameShape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** One tensor, or several: what goes in as one comes out as one. */
export type Tensors = Tensor | readonly Tensor[];

/** A tensor for each of `T`, in the same form. */
export type Same<T extends Tensors> = T extends readonly Tensor[] ? { -readonly [K in keyof T]: Tensor } : Tensor;

/** What a function of `T` is called with: several tensors are several arguments. */
export type Arguments<T extends Tensors> = T extends readonly Tensor[]
  ? { -readonly [K in keyof T]: Tensor }
  : [Tensor];

/** For each output a block for each input. */
export type Blocks<Output extends Tensors, Input extends Tensors> = Output extends readonly Tensor[]
  ? { -readonly [K in keyof Output]: Same<Input> }
  : Same<Input>;

/** Options of {@link vjp}, {@link jvp}, {@link jacobian} and {@link hessian}. */
export interface FunctionalOptions {
  /** Give results that can be differentiated with respect to the inputs. Default false: they are constants. */
  readonly createGraph?: boolean;
}

type Call = (...inputs: readonly Tensor[]) => Tensors;

function listed(operation: string, what: string, value: unknown): readonly Tensor[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.every((item) => item instanceof Tensor)) return list;
  throw new GradError(`${operation}: ${what} must be a tensor or an array of tensors`, {
    got: Array.isArray(value) ? `an array with ${list.map((item) => typeof item).join(", ")}` : typeof value,
    hint: "close over whatever else the function needs",
  });
}

/** A function at a point, recorded from handles of its own, so that no gradient goes astray into other graphs. */
class Evaluation {
  readonly handles: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly single: { readonly input: boolean; readonly output: boolean };

  constructor(
    readonly operation: string,
    fn: Call,
    inputs: Tensors,
    readonly createGraph: boolean,
  ) {
    this.handles = listed(operation, "the inputs", inputs).map((input, i) => this.#handle(input, i));
    const result: Tensors = fn(...this.handles);
    this.outputs = listed(operation, "the result", result);
    this.single = { input: inputs instanceof Tensor, output: result instanceof Tensor };
  }

  #handle(input: Tensor, i: number): Tensor {
    if (!isFloat(input.dtype)) {
      throw new DTypeError(`${this.operation}: input ${i} is not a float`, {
        got: `${input.dtype} ${format(input.shape)}`,
        hint: "close over whatever is not to be differentiated",
      });
    }
    if (this.createGraph && input.requiresGrad) return reshapeTo(input, { shape: input.shape });
    const leaf = input.detach();
    leaf.requiresGrad = true;
    return leaf;
  }

  /** cotangentsᵀ J, zeros for an input that plays no part. */
  pullBack(cotangents: readonly Tensor[], createGraph: boolean): Tensor[] {
    return gradientsOf(dot(this.outputs, cotangents), this.handles, createGraph);
  }

  /** Vectors of the shapes of `places`. */
  checked(what: string, value: Tensors, places: readonly Tensor[]): readonly Tensor[] {
    const vectors = listed(this.operation, `the ${what}s`, value);
    if (vectors.length === places.length && vectors.every(({ shape }, i) => sameShape(shape, places[i]!.shape))) {
      return vectors;
    }
    throw new ShapeError(`${this.operation}: the ${what}s do not fit`, {
      got: `${vectors.map(({ shape }) => format(shape)).join(", ")} for ${places.map(({ shape }) => format(shape)).join(", ")}`,
      hint: `pass one ${what} of the same shape for each`,
    });
  }

  get results(): Tensor | Tensor[] {
    const list = this.outputs.map((output) => (this.createGraph ? output : output.detach()));
    return this.single.output ? list[0]! : list;
  }
}

/** Σ aᵢ · bᵢ over those that depend on anything. */
function dot(a: readonly Tensor[], b: readonly Tensor[]): Tensor | null {
  let total: Tensor | null = null;
  a.forEach((x, i) => {
    if (!x.requiresGrad) return;
    const product = sum(mul(x, b[i]!));
    total = total === null ? product : add(total, product);
  });
  return total;
}

function gradientsOf(root: Tensor | null, inputs: readonly Tensor[], createGraph: boolean): Tensor[] {
  const options = { createGraph, retainGraph: true, allowUnused: true } as const;
  const found = root === null ? inputs.map(() => null) : grad(root, inputs, options);
  return found.map((gradient, i) => gradient ?? zerosLike(inputs[i]!));
}

const known = { createGraph: kind.boolean };

const enter = <T>(operation: string, fn: unknown, options: FunctionalOptions, run: (createGraph: boolean) => T): T => {
  checkOptions(operation, options, known);
  kind.checkArgument(operation, "fn", fn, kind.function);
  return withGradMode(true, () => run(options.createGraph ?? false));
};

/**
 * The vector–Jacobian product vᵀ J: the result of `fn`, and the gradients of its inputs.
 *
 * @param fn takes the inputs as arguments, returns a tensor or an array of tensors
 * @param inputs a tensor or an array of tensors, floats
 * @param cotangents v, of the results' shapes and in their form; may be left out for a single value, where it is 1
 * @returns `[result, gradients]`, the gradients in the form of the inputs; zeros for an input that plays no part
 * @throws ShapeError for cotangents that do not fit, DTypeError for inputs that are not floats.
 * @example
 * ```ts
 * const [y, slope] = vjp((x) => x.mul(x).sum(), tensor([1, 2]));
 * y; // 5
 * slope; // [2, 4]
 * ```
 */
export function vjp<const Input extends Tensors, Output extends Tensors>(
  fn: (...inputs: Arguments<Input>) => Output,
  inputs: Input,
  cotangents?: Tensors,
  options: FunctionalOptions = {},
): [Same<Output>, Same<Input>] {
  return enter("vjp", fn, options, (createGraph) => {
    const at = new Evaluation("vjp", fn as unknown as Call, inputs, createGraph);
    if (cotangents === undefined && (at.outputs.length !== 1 || at.outputs[0]!.size !== 1)) {
      throw new GradError("vjp: without cotangents the result must be one number", {
        got: at.outputs.map(({ shape }) => format(shape)).join(", "),
        hint: "pass cotangents of the results' shapes",
      });
    }
    const given = cotangents === undefined ? at.outputs.map(onesLike) : at.checked("cotangent", cotangents, at.outputs);
    const gradients = at.pullBack(given, createGraph);
    return [at.results, at.single.input ? gradients[0] : gradients] as [Same<Output>, Same<Input>];
  });
}

/**
 * The Jacobian–vector product J t: the result of `fn`, and how it changes when the inputs move along the tangents.
 * It is the derivative by u of uᵀ J t, so two walks back give it.
 *
 * @param fn as for {@link vjp}
 * @param inputs as for {@link vjp}
 * @param tangents t, of the inputs' shapes and in their form
 * @returns `[result, change]`, both in the form of the result
 * @throws ShapeError for tangents that do not fit, DTypeError for inputs that are not floats.
 */
export function jvp<const Input extends Tensors, Output extends Tensors>(
  fn: (...inputs: Arguments<Input>) => Output,
  inputs: Input,
  tangents: Tensors,
  options: FunctionalOptions = {},
): [Same<Output>, Same<Output>] {
  return enter("jvp", fn, options, (createGraph) => {
    const at = new Evaluation("jvp", fn as unknown as Call, inputs, createGraph);
    const along = at.checked("tangent", tangents, at.handles);
    // Any u would do, but a gradient of zeros could not show that it was computed outside the graph.
    const places = at.outputs.map(({ shape, dtype }) => ones(shape, { dtype: dtype as "float64", requiresGrad: true }));
    const changes = gradientsOf(dot(at.pullBack(places, true), along), places, createGraph);
    return [at.results, at.single.output ? changes[0] : changes] as [Same<Output>, Same<Output>];
  });
}

/** The Jacobian of the evaluation, output by output and input by input, one walk back for each row. */
function rowsOf(at: Evaluation): Tensor[][] {
  return at.outputs.map((output) => {
    const rows = Array.from({ length: output.size }, (_, row) => {
      const unit = zeros(output.shape, { dtype: output.dtype });
      unit.storage.array[row] = 1;
      return gradientsOf(dot([output], [unit]), at.handles, at.createGraph);
    });
    return at.handles.map(({ shape, dtype }, i) => {
      const whole = [...output.shape, ...shape];
      if (rows.length === 0) return full(whole, 0, { dtype });
      return reshapeTo(stack(rows.map((row) => row[i]!)), { shape: whole });
    });
  });
}

/**
 * The Jacobian ∂fn/∂inputs, a walk back for each element of the result.
 *
 * @param fn as for {@link vjp}
 * @param inputs as for {@link vjp}
 * @returns a tensor of the result's shape followed by the input's; an array over the inputs where these are an array,
 *   and around it an array over the results where these are one
 * @throws DTypeError for inputs that are not floats.
 * @example
 * ```ts
 * jacobian((x) => x.mul(x), tensor([1, 2])); // [[2, 0], [0, 4]]
 * ```
 */
export function jacobian<const Input extends Tensors, Output extends Tensors>(
  fn: (...inputs: Arguments<Input>) => Output,
  inputs: Input,
  options: FunctionalOptions = {},
): Blocks<Output, Input> {
  return enter("jacobian", fn, options, (createGraph) => {
    const at = new Evaluation("jacobian", fn as unknown as Call, inputs, createGraph);
    const rows = rowsOf(at).map((row) => (at.single.input ? row[0]! : row));
    return (at.single.output ? rows[0] : rows) as Blocks<Output, Input>;
  });
}

/**
 * The matrix of second derivatives of a function with one number as its result: the Jacobian of its gradient.
 *
 * @param fn takes the inputs as arguments, returns a tensor of one element
 * @param inputs as for {@link vjp}
 * @returns for one input a tensor of its shape twice; for several, block [i][j] of input i's shape followed by j's
 * @throws GradError when the result is not one number, DTypeError for inputs that are not floats.
 * @example
 * ```ts
 * hessian((x) => x.pow(3).sum(), tensor([1, 2])); // [[6, 0], [0, 12]]
 * ```
 */
export function hessian<const Input extends Tensors>(
  fn: (...inputs: Arguments<Input>) => Tensor,
  inputs: Input,
  options: FunctionalOptions = {},
): Input extends readonly Tensor[] ? { -readonly [K in keyof Input]: Same<Input> } : Tensor {
  return enter("hessian", fn, options, (createGraph) => {
    const gradient = (...handles: Tensor[]): Tensor[] => {
      const outputs = listed("hessian", "the result", (fn as unknown as Call)(...handles));
      if (outputs.length !== 1 || outputs[0]!.size !== 1) {
        throw new GradError("hessian: the result must be one number", {
          got: outputs.map(({ shape }) => format(shape)).join(", "),
          hint: "reduce it, or take the jacobian of a gradient",
        });
      }
      return gradientsOf(dot(outputs, outputs.map(onesLike)), handles, true);
    };
    const at = new Evaluation("hessian", gradient, inputs, createGraph);
    const blocks = rowsOf(at);
    return (at.single.input ? blocks[0]![0] : blocks) as ReturnType<typeof hessian<Input>>;
  });
}
