import { ArgumentError, CompileError, GradError } from "../errors.js";
import { gradEnabled } from "../mode.js";
import { format } from "../shape.js";
import type { Storage } from "../storage.js";
import type { Backend } from "../targets/backend.js";
import { Tensor } from "../tensor.js";
import { tensorsIn } from "../tree.js";
import { noteDetached } from "./detached.js";
import type { Leaf } from "./gradients.js";
import type { Graph, Store, Value } from "./graph.js";
import { optimize } from "./passes/index.js";
import { Program } from "./program.js";
import { dropOthers } from "./program-cache.js";
import { type Recorded, Trace } from "./trace.js";
import { atLine } from "./traced-storage.js";
import { type Flattened, withTensors } from "./tree.js";
import { valuesOf } from "./uses.js";

/** What a function does for arguments of one signature, as long as its surroundings look as they did. */
export class Specialization {
  readonly program: Program;
  readonly #gradMode = gradEnabled();
  readonly #trace: Trace;
  readonly #arguments: readonly Value[];
  readonly #recorded: Recorded;
  /** What the function returned, its tensors being those of the trace. */
  readonly #result: unknown;
  readonly #requireGrad: readonly boolean[];
  /** Storages that the function assigns, and leaves to which it gives a gradient. */
  readonly #written: ReadonlySet<Storage | Leaf>;
  #last: readonly Tensor[] = [];

  /**
   * Traces `fn`. Nothing outside has changed if it throws.
   * @throws CompileError for a function that cannot be compiled; and whatever `fn` throws.
   */
  constructor(
    fn: (...args: never[]) => unknown,
    args: readonly unknown[],
    readonly signature: string,
    backend: Backend,
    threads: number | null,
  ) {
    const trace = new Trace();
    const values: Value[] = [];
    const leaves = new Map<Tensor, ReturnType<Trace["argument"]>>();
    const stands = withTensors(args, (tensor, place) => {
      const own = leaves.get(tensor) ?? trace.argument(tensor, place);
      if (tensor.requiresGrad) leaves.set(tensor, own);
      const { stand, value } = own;
      values.push(value);
      return stand;
    });
    this.#trace = trace;
    this.#result = checkedResult(trace.run(() => fn(...(stands as never[]))));
    const tensors = tensorsIn(this.#result, "result").map(({ tensor }) => tensor);
    this.#requireGrad = tensors.map(({ requiresGrad }) => requiresGrad);
    this.#recorded = trace.finish(tensors);
    const { graph, gradients } = this.#recorded;
    this.#written = new Set([...graph.stores.map(storageOf), ...gradients.map(({ leaf }) => leaf)]);
    this.#arguments = values;
    checkPurpose(this.#recorded, tensors);
    this.program = new Program(optimize(this.#recorded.graph, backend.abilities), backend, threads);
  }

  /** The graph before the passes. */
  get traced(): Graph {
    return this.#recorded.graph;
  }

  /** The values of that graph. */
  get tracedValues(): readonly Value[] {
    return valuesOf(this.traced);
  }

  /** Runs the program for the arguments of the last call, and gives the milliseconds of each instruction by stage. */
  profile(): { readonly program: Program; readonly times: readonly (readonly number[])[] } {
    const { program } = this;
    this.#prepare(this.#last);
    return { program, times: program.profile() };
  }

  /** Whether it still says what the function would do. */
  fits(signature: string): boolean {
    return signature === this.signature && this.#gradMode === gradEnabled() && this.#trace.surroundings.hold();
  }

  /** Puts the tensors of a call's arguments, and the gradients that leaves have, into the program's memory. */
  #prepare(tensors: readonly Tensor[]): void {
    const { program } = this;
    try {
      program.prepare();
    } catch (error) {
      if (!dropOthers(program)) throw error;
      program.prepare();
    }
    this.#last = tensors;
    this.#arguments.forEach((value, i) => {
      program.argument(value)?.array.set(tensors[i]!.data);
    });
    for (const { leaf, value } of this.#recorded.gradientArguments) {
      const own = leaf instanceof Tensor ? leaf : tensors[leaf]!;
      // A profile may come when the gradient is no longer there.
      if (own.grad !== null) program.argument(value)?.array.set(own.grad.data);
    }
  }

  /** Arguments are copies: changes of what they are copies of would be lost, or be two. */
  #checkArguments(tensors: readonly Tensor[]): void {
    const { gradients } = this.#recorded;
    for (const { leaf, gradient } of gradients) {
      if (typeof leaf === "number" && gradient !== null) checkLeaf(tensors[leaf]!);
    }
    for (const tensor of tensors) {
      if (this.#written.has(tensor.storage) || this.#written.has(tensor)) throw changedArgument(tensor);
    }
  }

  /** Runs the program on the tensors of a call's arguments. */
  call({ tensors }: Flattened): unknown {
    const { program } = this;
    const { gradients } = this.#recorded;
    this.#checkArguments(tensors);
    const leafAt = (leaf: Leaf): Tensor => (leaf instanceof Tensor ? leaf : tensors[leaf]!);
    this.#prepare(tensors);
    const results = program.run();
    let next = this.#requireGrad.length;
    for (const { leaf, gradient } of gradients) {
      const own = gradient === null ? null : results[next++]!;
      if (own !== null) own.storage.frozen = true;
      leafAt(leaf).grad = own;
    }
    this.#trace.surroundings.apply();
    return withTensors(this.#result, (_, i) => {
      if (this.#requireGrad[i]) noteDetached(results[i]!);
      return results[i]!;
    });
  }
}

const storageOf = ({ state }: Store): Storage => (state.origin as { readonly storage: Storage }).storage;

function checkLeaf({ node, shape }: Tensor): void {
  if (node === null) return;
  throw new GradError("compile: an argument that was computed would get a gradient", {
    got: `a result of ${node.primitive.name} of shape ${format(shape)}`,
    hint: "compute it inside, or pass x.detach(): no gradient leaves a compiled function but those of leaves",
  });
}

const changedArgument = ({ dtype, shape }: Tensor): ArgumentError =>
  new ArgumentError("compile: an argument is a leaf that the function changes", {
    got: `a ${dtype} tensor of shape ${format(shape)}`,
    hint: "use it inside or pass it, not both; pass a copy, x.clone(), where its old value is meant",
  });

function checkedResult(result: unknown): unknown {
  if (typeof (result as { then?: unknown } | undefined | null)?.then !== "function") return result;
  // One that is rejected has been reported with this error.
  (result as PromiseLike<unknown>).then(undefined, () => {});
  throw new CompileError("compile: the function is asynchronous", {
    got: "a function that returns a promise",
    hint: "compile the synchronous part: a step that takes tensors and returns tensors",
  });
}

function checkPurpose({ graph, gradients }: Recorded, tensors: readonly Tensor[]): void {
  if (tensors.length + gradients.length + graph.stores.length > 0) return;
  throw new CompileError("compile: the function returns no tensor and changes none", {
    got: `nothing to compute${atLine()}`,
    hint: "return what is computed: const step = compile((x) => { …; return loss; })",
  });
}
