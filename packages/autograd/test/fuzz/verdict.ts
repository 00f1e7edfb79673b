import { grad, Tensor, TypegradError } from "../../src/index.js";
import { difference, leavesOf, plainly, plainOf } from "../reference/compare.js";
import { references } from "../reference/index.js";
import { Unsupported } from "../reference/plain.js";
import { compact } from "../samples/layouts.js";
import { mapTree, tensorsOf } from "../samples/observe.js";
import { callOf, type Description, type RandomCall } from "./calls.js";

/** How long a call on a handful of elements may take: far beyond any pause of the machine. */
const LONG_MS = 5000;

const threeLines = /^[^\n]+\ngot: [^\n]+\nhint: [^\n]+$/;

type Outcome = { readonly result: unknown } | { readonly error: unknown };

function outcomeOf({ run, args }: Pick<RandomCall, "run" | "args">): Outcome {
  try {
    return { result: run(...args) };
  } catch (error) {
    return { error };
  }
}

/** What is wrong with a tensor in itself, or null. */
function malformed({ shape, strides, offset, size, dtype, storage }: Tensor): string | null {
  if (shape.some((extent) => !Number.isInteger(extent) || extent < 0)) return `a shape of [${shape}]`;
  if (size !== shape.reduce((product, extent) => product * extent, 1)) return `size ${size} for [${shape}]`;
  if (size === 0) return null;
  const reach = (pick: (a: number, b: number) => number): number =>
    shape.reduce((at, extent, d) => at + pick(0, (extent - 1) * strides[d]!), offset);
  if (reach(Math.min) < 0 || reach(Math.max) >= storage.array.length) return "elements outside its memory";
  const values = plainOf({ shape, strides, offset, dtype, storage } as Tensor).data;
  if (dtype === "bool" && values.some((value) => value !== 0 && value !== 1)) return `bools of ${values}`;
  return null;
}

/** Where the reference counts in float64 without wrapping, and elementary functions are within their range. */
const LARGE = 1e6;

/** Whether all numbers in the arguments are finite and of ordinary size. */
function ordinary(tree: unknown): boolean {
  if (tree instanceof Tensor) return plainOf(tree).data.every((value) => Math.abs(value) <= LARGE);
  if (typeof tree === "number") return Math.abs(tree) <= LARGE;
  return typeof tree !== "object" || tree === null || Object.values(tree).every(ordinary);
}

/** How the result differs from the naive reference, where there is one for such arguments, or null. */
function againstReference({ name, description }: RandomCall, result: unknown): string | null {
  // Made anew: a generator has moved on.
  const { args } = callOf(description);
  const reference = (references as Record<string, unknown>)[name.replace("Tensor.", "")];
  if (typeof reference !== "function" || !ordinary(args)) return null;
  let wanted: unknown;
  try {
    wanted = reference(...(plainly(mapTree(args, (x) => x)) as unknown[]));
  } catch (error) {
    return error instanceof Unsupported ? "a result where the reference refuses" : null;
  }
  // Single precision, to which integers are converted, rounds at each step of a composite.
  const single = tensorsOf([args, result]).some(({ dtype }) => dtype !== "float64");
  const tolerance = single ? { rtol: 1e-4, atol: 1e-4 } : { rtol: 1e-9, atol: 1e-9 };
  return difference(leavesOf(plainly(result)), leavesOf(wanted), tolerance);
}

/** The same call on contiguous copies: the same bits, and the same gradients. */
function againstCopies(call: RandomCall, result: unknown): string | null {
  const own = callOf(call.description);
  const inputs = tensorsOf(own.args);
  if (inputs.some(({ node }) => node !== null)) return null;
  const copies = new Map(inputs.map((x) => [x, compact(x)]));
  const again = outcomeOf({ run: own.run, args: mapTree(own.args, (x) => copies.get(x)) as readonly unknown[] });
  if ("error" in again) return `contiguous copies are refused: ${String(again.error)}`;
  const exact = { rtol: 0, atol: 0 };
  const values = difference(leavesOf(plainly(result)), leavesOf(plainly(again.result)), exact);
  if (values !== null) return `contiguous copies give another result: ${values}`;
  const leaves = tensorsOf(call.args);
  const gradients = gradientsOf(result, leaves);
  const others = gradientsOf(
    again.result,
    leaves.map((_, i) => copies.get(inputs[i]!)!),
  );
  if (typeof gradients === "string") return gradients;
  if (typeof others === "string") return others;
  const gradient = difference(gradients.map(plainOf), others.map(plainOf), exact);
  return gradient === null ? null : `contiguous copies have another gradient: ${gradient}`;
}

/** The gradients of all results, with ones for cotangents, at the leaves that require them; or what is wrong with one. */
function gradientsOf(result: unknown, leaves: readonly Tensor[]): Tensor[] | string {
  const inputs = [...new Set(leaves.filter((x) => x.requiresGrad))];
  if (inputs.length === 0) return [];
  const found: Tensor[] = [];
  for (const output of tensorsOf(result)) {
    if (!output.requiresGrad || output.node === null) continue;
    const gradOutput = output.detach().mul(0).add(1);
    const gradients = grad(output, inputs, { gradOutput, retainGraph: true, allowUnused: true });
    for (const [i, gradient] of gradients.entries()) {
      if (gradient === null) continue;
      const [own, wanted] = [gradient, inputs[i]!].map(({ dtype, shape }) => `${dtype} [${shape.join(", ")}]`);
      if (own !== wanted) return `a gradient of ${own} for ${wanted}`;
      const wrong = malformed(gradient);
      if (wrong !== null) return `a gradient with ${wrong}`;
      found.push(gradient);
    }
  }
  return found;
}

/** What is wrong with how a random call ended, or null: a typed error of three lines, or a right result. */
export function verdict(description: Description): string | null {
  const call = callOf(description);
  const start = performance.now();
  const outcome = outcomeOf(call);
  const elapsed = performance.now() - start;
  if (elapsed > LONG_MS) return `${call.name}: it took ${Math.round(elapsed)} ms`;
  if ("error" in outcome) {
    const { error } = outcome;
    if (!(error instanceof TypegradError)) return `${call.name}: an error without a type\n${(error as Error)?.stack}`;
    return threeLines.test(error.message) ? null : `${call.name}: an error of other than three lines\n${error.message}`;
  }
  const { result } = outcome;
  const wrong =
    tensorsOf(result)
      .map(malformed)
      .find((problem) => problem !== null) ?? null;
  const problem = wrong ?? againstReference(call, result) ?? (call.intact ? againstCopies(call, result) : null);
  return problem === null ? null : `${call.name}: ${problem}`;
}
