import { apply } from "./apply.js";
import { isFloat } from "./dtype.js";
import { checkOptions, DTypeError, GradError, type Kind, ShapeError } from "./errors.js";
import * as kind from "./kinds.js";
import { withGradMode } from "./mode.js";
import type { Primitive, Read, Saved } from "./primitive.js";
import { format, sameShape } from "./shape.js";
import { Tensor } from "./tensor.js";
import { currentTracing } from "./tracing.js";

/** What a backward function may read. */
export interface SavedValues<Inputs extends readonly unknown[]> {
  /** What the operation was called with. */
  readonly inputs: Inputs;
  /** What it returned. */
  readonly output: Tensor;
  /** What `forward` saved besides: constants to the gradient. */
  readonly saved: readonly Tensor[];
}

/** A result, and tensors that the backward function wants to see again. */
export interface Computed {
  /** The result. */
  readonly output: Tensor;
  /** Constants to the gradient; {@link SavedValues} hands them back. */
  readonly saved: readonly Tensor[];
}

/** How an operation is computed and how it is differentiated. */
export interface CustomOperation<Inputs extends readonly unknown[]> {
  /** What errors and graphs call it. */
  readonly name?: string;
  /** Computes the result, unrecorded: in operations on tensors, or in loops over their `data`. */
  readonly forward: (...inputs: Inputs) => Tensor | Computed;
  /**
   * From the gradient of the result a gradient for each input, of its shape; `null` for one that has none, and for
   * whatever is not a tensor. For a single input it need not be an array. Written in operations on tensors it can be
   * differentiated again.
   */
  readonly backward: (gradient: Tensor, values: SavedValues<Inputs>) => Tensor | null | readonly (Tensor | null)[];
  /** What `backward` reads; the rest is not kept. Default: both. */
  readonly reads?: readonly ("inputs" | "output")[];
}

const aName: Kind = {
  what: "a string",
  hint: "what errors and graphs call the operation",
  accepts: (value) => typeof value === "string",
};

const readable: readonly unknown[] = ["inputs", "output"];

const reading: Kind = {
  what: 'an array of "inputs" and "output"',
  hint: "what backward reads; [] when it reads nothing but what forward saved",
  accepts: (value) => Array.isArray(value) && value.every((item) => readable.includes(item)),
};

const known = { name: aName, forward: kind.function, backward: kind.function, reads: reading };

/** What a call of the operation carries besides its operands. */
interface Call {
  readonly inputs: readonly unknown[];
  /** Until it has been taken over: the tape would keep it otherwise. */
  result: Tensor | null;
}

/**
 * An operation of your own, with a gradient of your own.
 *
 * @param operation see {@link CustomOperation}
 * @returns the operation as a function; tensors among its arguments are differentiated, anything else is handed on
 * @throws GradError when `forward` does not return a tensor, when `backward` returns the wrong number of gradients, and
 *   in a backward pass that is to be differentiated again when `backward` computes outside the graph;
 *   ShapeError and DTypeError for gradients of another shape, or that are not floats.
 * @example
 * ```ts
 * const cube = customOp({
 *   name: "cube",
 *   forward: (x: Tensor) => x.mul(x).mul(x),
 *   backward: (gradient, { inputs: [x] }) => gradient.mul(x.mul(x)).mul(3),
 * });
 * ```
 */
export function customOp<Inputs extends readonly unknown[]>(
  operation: CustomOperation<Inputs>,
): (...inputs: Inputs) => Tensor {
  checkOptions("customOp", operation, known);
  kind.checkArgument("customOp", "forward", operation.forward, kind.function);
  kind.checkArgument("customOp", "backward", operation.backward, kind.function);
  const primitives = new Map<string, Primitive<Call>>();
  return (...inputs) => {
    const detached = inputs.map((input) => (input instanceof Tensor ? input.detach() : input));
    const { output, saved } = computed(
      operation,
      withGradMode(false, () => operation.forward(...(detached as unknown as Inputs))),
    );
    const operands = inputs.filter((input): input is Tensor & Inputs[number] => input instanceof Tensor);
    const key = `${operands.length} ${saved.length}`;
    const primitive = primitives.get(key) ?? primitiveOf(operation, operands.length, saved.length);
    primitives.set(key, primitive);
    const call: Call = { inputs: inputs.map((input) => (input instanceof Tensor ? null : input)), result: output };
    const result = apply(primitive, [...operands, ...saved], call);
    call.result = null;
    return result;
  };
}

const nameOf = ({ name = "customOp" }: { readonly name?: string }): string => name;

function computed<Inputs extends readonly unknown[]>(operation: CustomOperation<Inputs>, result: unknown): Computed {
  if (result instanceof Tensor) return { output: result, saved: [] };
  const { output, saved } = (result ?? {}) as Partial<Computed>;
  const tensors: readonly unknown[] = Array.isArray(saved) ? saved : [null];
  if (output instanceof Tensor && tensors.every((item) => item instanceof Tensor)) {
    return { output, saved: tensors.map((tensor) => tensor.detach()) };
  }
  throw new GradError(`${nameOf(operation)}: forward must return a tensor, or { output, saved }`, {
    got: result === null ? "null" : Array.isArray(result) ? "an array" : typeof result,
    hint: "wrap numbers with tensor(data, { shape }); saved is an array of tensors",
  });
}

/** The primitive for so many operands, behind which the saved tensors stand as further ones without a gradient. */
function primitiveOf<Inputs extends readonly unknown[]>(
  operation: CustomOperation<Inputs>,
  operands: number,
  saved: number,
): Primitive<Call> {
  const { reads = ["inputs", "output"] } = operation;
  const kept: Read[] = Array.from({ length: saved }, (_, i) => operands + i);
  if (reads.includes("inputs")) for (let i = 0; i < operands; i++) kept.push(i);
  if (reads.includes("output")) kept.push("output");
  return {
    name: nameOf(operation),
    infer: (_, { result }) => ({ shape: result!.shape, dtype: result!.dtype }),
    run: (target, _, { result }, output) => target.copy(result!, output),
    vjps: [...new Array<"joint">(operands).fill("joint"), null],
    reads: [kept],
    joint: (gradient, values) => {
      const inputs = withTensors(values);
      const further = (values.inputs ?? []).slice(operands);
      const given = operation.backward(gradient, {
        inputs: inputs as unknown as Inputs,
        output: values.output,
        saved: further,
      });
      const gradients = checkedGradients(nameOf(operation), given, values);
      if (gradient.requiresGrad && currentTracing() === null) checkRecorded(nameOf(operation), gradients);
      return gradients;
    },
  };
}

/**
 * Gradients are linear in that of the result. One that is not 0 and yet does not depend on it was computed outside the
 * graph, and second derivatives would silently lack it.
 */
function checkRecorded(name: string, gradients: readonly (Tensor | null)[]): void {
  const wrong = gradients.findIndex((own) => own !== null && !own.requiresGrad && own.data.some((x) => x !== 0));
  if (wrong < 0) return;
  throw new GradError(`${name}: backward cannot be differentiated again`, {
    got: `a gradient of tensor ${wrong} that was computed outside the graph`,
    hint: "write backward in operations on tensors, not in loops over their data",
  });
}

/** The arguments of the call, tensors in their places. */
function withTensors({ inputs, args, shapes }: Saved<Call>): unknown[] {
  let next = 0;
  return args.inputs.map((input) => (input === null && next < shapes.length ? inputs?.[next++] : input));
}

/** The gradients of the tensors among the inputs. */
function checkedGradients(
  name: string,
  given: Tensor | null | readonly (Tensor | null)[],
  { args, shapes }: Saved<Call>,
): (Tensor | null)[] {
  const list = given instanceof Tensor || given === null ? [given] : given;
  const { inputs } = args;
  if (!Array.isArray(list) || list.length !== inputs.length) {
    throw new GradError(`${name}: backward must return a gradient for each input`, {
      got: Array.isArray(list) ? `${list.length} for ${inputs.length} inputs` : typeof list,
      hint: "null stands for an input without a gradient",
    });
  }
  let next = 0;
  return (list as readonly unknown[]).flatMap((gradient, i) => {
    if (inputs[i] !== null) return [];
    const shape = shapes[next++]!;
    if (gradient === null) return [null];
    if (!(gradient instanceof Tensor) || !isFloat(gradient.dtype)) {
      throw new DTypeError(`${name}: the gradient of input ${i} is not a float tensor`, {
        got: gradient instanceof Tensor ? gradient.dtype : typeof gradient,
        hint: "return a tensor of the input's shape, or null",
      });
    }
    if (!sameShape(gradient.shape, shape)) {
      throw new ShapeError(`${name}: the gradient of input ${i} has another shape than the input`, {
        got: `${format(gradient.shape)} for ${format(shape)}`,
        hint: "sum over what was broadcast",
      });
    }
    return [gradient];
  });
}
