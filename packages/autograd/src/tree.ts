import { Tensor } from "./tensor.js";

/** A tensor in a tree, and where in it: "input 0", "input 0.weights[1]". */
export interface NamedTensor {
  readonly path: string;
  readonly tensor: Tensor;
}

/** The tensors of a tree, in order: a tensor, or arrays and plain objects of trees; everything else is passed over. */
export function tensorsIn(tree: unknown, path: string): NamedTensor[] {
  if (tree instanceof Tensor) return [{ path, tensor: tree }];
  if (Array.isArray(tree)) return tree.flatMap((item, i) => tensorsIn(item, `${path}[${i}]`));
  if (!isPlainObject(tree)) return [];
  return Object.entries(tree).flatMap(([name, item]) => tensorsIn(item, `${path}.${name}`));
}

/** Whether a value is an object literal, or one without a prototype. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object literal of another realm has that realm's Object.prototype, whose own prototype is null as well.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
