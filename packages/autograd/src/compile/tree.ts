import { ArgumentError } from "../errors.js";
import { Tensor } from "../tensor.js";
import { isPlainObject } from "../tree.js";

/** A tree of tensors and plain values, taken apart. */
export interface Flattened {
  readonly tensors: readonly Tensor[];
  /** Equal for trees that differ in their tensors' elements alone. */
  readonly key: string;
}

let objects = 0;
const numbers = new WeakMap<object, number>();

/** What is neither plain nor a tensor (a module, a function) is known by its identity. */
function identity(item: object): string {
  const number = numbers.get(item) ?? objects++;
  numbers.set(item, number);
  return `#${number}`;
}

/** The tensors of a tree in order, and what the rest of it says. */
export function flatten(tree: unknown): Flattened {
  const tensors: Tensor[] = [];
  const visit = (item: unknown): string => {
    if (item instanceof Tensor) {
      // A leaf that comes twice has one gradient.
      const first = item.requiresGrad ? tensors.indexOf(item) : -1;
      tensors.push(item);
      return first < 0 ? keyOf(item) : `=${first}`;
    }
    if (Array.isArray(item)) return `[${item.map(visit).join()}]`;
    if (isPlainObject(item)) {
      return `{${Object.entries(item).map(([name, value]) => `${JSON.stringify(name)}:${visit(value)}`)}}`;
    }
    return plainKey(item);
  };
  return { key: visit(tree), tensors };
}

function keyOf({ dtype, shape, requiresGrad, grad }: Tensor): string {
  return `${dtype}(${shape.join()})${requiresGrad ? (grad === null ? "g" : "G") : ""}`;
}

function plainKey(item: unknown): string {
  if (typeof item === "string") return JSON.stringify(item);
  if (typeof item === "bigint") return `${item}n`;
  if (typeof item === "symbol") {
    throw new ArgumentError("compile: an argument is a symbol", { got: String(item), hint: "pass a string instead" });
  }
  if (ArrayBuffer.isView(item) || item instanceof Map || item instanceof Set) {
    throw new ArgumentError("compile: an argument holds elements and is no tensor", {
      got: `a ${item.constructor.name}`,
      hint: "make a tensor of numbers, tensor(array), and an array or a plain object of a collection",
    });
  }
  if (typeof item === "function" || (typeof item === "object" && item !== null)) return identity(item);
  return Object.is(item, -0) ? "-0" : String(item);
}

/** The tree with other tensors in the places of its own, in order. */
export function withTensors(tree: unknown, replace: (tensor: Tensor, place: number) => Tensor): unknown {
  let place = 0;
  const visit = (item: unknown): unknown => {
    if (item instanceof Tensor) return replace(item, place++);
    if (Array.isArray(item)) return item.map(visit);
    if (isPlainObject(item))
      return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, visit(value)]));
    return item;
  };
  return visit(tree);
}
