import { AnomalyError, CompileError, GradError } from "./errors.js";
import { findNonFinite, indexAt } from "./finite.js";
import * as kind from "./kinds.js";
import type { Node } from "./node.js";
import type { Primitive } from "./primitive.js";
import { format, type Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";
import { currentTracing } from "./tracing.js";
import { userLine } from "./user-line.js";

let current: Detector | null = null;

/** What looks for NaN and infinities, if anybody asked for it. */
export const currentDetector = (): Detector | null => current;

/** What came out of nowhere, and at which element. */
interface Birth {
  readonly what: "NaN" | "an infinity";
  readonly index: string;
}

/**
 * NaN where none of the sources has one, or an infinity where all of them are finite. Numbers among the arguments are
 * sources as well: who fills with infinities means them.
 */
function birthOf(result: Tensor, sources: readonly Tensor[], args: unknown): Birth | null {
  const { nan, infinity } = findNonFinite(result);
  if (nan < 0 && infinity < 0) return null;
  const found = sources.map(findNonFinite);
  const at = (place: number): string => format(indexAt(result.shape, place));
  if (nan >= 0 && found.every((source) => source.nan < 0)) return { what: "NaN", index: at(nan) };
  const finite = found.every((source) => source.nan < 0 && source.infinity < 0);
  if (infinity < 0 || !finite || !Object.values(args ?? {}).every(isFiniteOrOther)) return null;
  return { what: "an infinity", index: at(infinity) };
}

const isFiniteOrOther = (value: unknown): boolean => typeof value !== "number" || Number.isFinite(value);

const present = (tensors: readonly (Tensor | null | undefined)[]): Tensor[] => tensors.filter((x) => !!x);

/** Looks at every result and every gradient while {@link detectAnomaly} runs. */
class Detector {
  /** Inside how many vjps: what these compute is judged by their result. */
  #depth = 0;

  /** After an operation: remembers the user's line, and throws when something was born in it. */
  checkForward(primitive: Primitive<never>, inputs: readonly Tensor[], args: unknown, output: Tensor): void {
    const line = userLine();
    if (output.node !== null) output.node.line ??= line;
    if (this.#depth > 0) return;
    const birth = birthOf(output, inputs, args);
    if (birth === null) return;
    const { name } = primitive;
    const shapes = inputs.map(({ shape }) => shape);
    throw new AnomalyError(
      `detectAnomaly: ${name} made ${birth.what} in the forward pass`,
      {
        got: `${listed(shapes)}; ${birth.what} at ${birth.index} of the result; ${line ?? "unknown line"}`,
        hint: `look at the operands of ${name} there: a logarithm of 0, a division by 0, an overflow?`,
      },
      { operation: name, shapes, line },
    );
  }

  /** Runs the vjps of a node. */
  inBackward(run: () => void): void {
    this.#depth++;
    try {
      run();
    } finally {
      this.#depth--;
    }
  }

  /** After a vjp: throws when something was born in it. */
  checkBackward(node: Node, gradient: Tensor, result: Tensor, input: number): void {
    if (this.#depth > 1) return;
    const birth = birthOf(result, present([gradient, ...(node.inputs ?? []), node.output, node.auxiliary]), null);
    if (birth === null) return;
    const { shapes, line } = node;
    const { name } = node.primitive;
    throw new AnomalyError(
      `detectAnomaly: ${name} made ${birth.what} in the backward pass`,
      {
        got: `${listed(shapes)}; ${birth.what} at ${birth.index} of the gradient of input ${input}; ${line ?? "unknown line"}`,
        hint: "the line is the one of the forward pass: keep its operands away from where the slope is not finite",
      },
      { operation: name, shapes, line },
    );
  }
}

const listed = (shapes: readonly Shape[]): string => `inputs ${shapes.map(format).join(", ")}`;

/**
 * Runs `fn`, forward and backward, and throws at the operation in which NaN or an infinity is born: the first whose
 * result has a NaN that none of its operands has, or an infinity though all its operands are finite. Infinities that
 * were put there are no anomaly: constants are operands too, so `maskedFill(mask, -Infinity)`, `where`, `full` and `pad`
 * pass, and so does what makes infinities of infinities. In the backward pass the operands are the gradient and
 * what the operation saved. It looks at every element and at the stack: for finding a fault, not for training.
 *
 * @param fn synchronous
 * @returns what `fn` returned
 * @throws CompileError inside a compiled function; one that is called by `fn` runs as if it were not compiled.
 * @throws AnomalyError with the operation, the shapes of its operands and the line of the caller's code.
 * @example
 * ```ts
 * const x = tensor([4, 0], { requiresGrad: true });
 * detectAnomaly(() => x.sqrt().sum().backward()); // throws AnomalyError
 * ```
 */
export function detectAnomaly<T>(fn: () => T): T {
  kind.checkArgument("detectAnomaly", "fn", fn, kind.function);
  if (currentTracing() !== null) {
    throw new CompileError("detectAnomaly: there are no values while a function is compiled", {
      got: `detectAnomaly inside a compiled function, at ${userLine() ?? "an unknown line"}`,
      hint: "call the compiled function inside detectAnomaly: it then runs operation by operation",
    });
  }
  const before = current;
  current = new Detector();
  let result: T;
  try {
    result = fn();
  } finally {
    current = before;
  }
  if (typeof (result as { then?: unknown } | undefined | null)?.then === "function") {
    throw new GradError("detectAnomaly: the function is asynchronous", {
      got: "a function that returns a promise",
      hint: "wrap the synchronous parts between the awaits",
    });
  }
  return result;
}
