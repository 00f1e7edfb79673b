import { Generator, Tensor } from "../../src/index.js";
import type { Sample } from "./sample.js";

/** One call of an operation in a sample: the operation, what it was called with, what it gave. */
export interface Call {
  readonly name: string;
  readonly run: (...args: readonly unknown[]) => unknown;
  /** As they were before the call: generators are copies. */
  readonly args: readonly unknown[];
  readonly result: unknown;
}

let calls: Call[] = [];

/** The functions of a namespace, each of which notes its calls: from samples written with them come all other tests. */
export function observed<Namespace extends object>(namespace: Namespace): Namespace {
  const entries = Object.entries(namespace).map(([name, value]) => [name, observe(name, value)]);
  return Object.fromEntries(entries) as Namespace;
}

function observe(name: string, run: Call["run"]): Call["run"] {
  const noting = (...args: readonly unknown[]): unknown => {
    const given = mapTree(args, (x) => x) as readonly unknown[];
    const result = run(...args);
    calls.push({ name, run, args: given, result });
    return result;
  };
  return Object.assign(noting, run);
}

/** What the sample calls, in order. */
export function callsOf({ run, inputs }: Sample): readonly Call[] {
  calls = [];
  run(...inputs);
  return calls;
}

/** A tree of arrays and objects with every tensor replaced, and generators copied, so that each run draws the same. */
export function mapTree(tree: unknown, replace: (x: Tensor) => unknown): unknown {
  if (tree instanceof Tensor) return replace(tree);
  if (tree instanceof Generator) {
    const copy = new Generator(0);
    copy.setState(tree.state());
    return copy;
  }
  if (Array.isArray(tree)) return tree.map((item) => mapTree(item, replace));
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, mapTree(item, replace)]));
}

/** The tensors of a tree, in order. */
export function tensorsOf(tree: unknown): Tensor[] {
  const found: Tensor[] = [];
  mapTree(tree, (x) => found.push(x));
  return found;
}

/** The call once more, with its tensors replaced. */
export const repeated = ({ run, args }: Call, replace: (x: Tensor) => Tensor): unknown =>
  run(...(mapTree(args, replace) as unknown[]));
