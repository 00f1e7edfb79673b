import fc from "fast-check";
import { type DType, Generator, rand, type Tensor, tensor } from "../../src/index.js";
import { layouts } from "../samples/layouts.js";
import { mapTree } from "../samples/observe.js";
import { isMethod, surface, type Target } from "./surface.js";
import { flavours, intruders } from "./values.js";

/** A change of the arguments: the place among all values in them, and what is put there. */
interface Change {
  readonly place: number;
  readonly intruder: string;
}

/** A random call as plain data, so that it can be printed and made smaller. */
export interface Description {
  readonly target: number;
  readonly flavour: string;
  readonly dtype: DType;
  readonly layout: string;
  readonly seed: number;
  readonly changes: readonly Change[];
}

/** A call that is ready to be made. */
export interface RandomCall extends Target {
  readonly description: Description;
  /** Nothing but elements, dtypes and layouts was changed. */
  readonly intact: boolean;
}

const targets = surface();

/** The names of all that is called. */
export const names: ReadonlySet<string> = new Set(targets.map(({ name }) => name));

const plain = ["as they are", ...Object.keys(layouts)];

/** Random calls: three in ten with valid arguments, the others with one to three intruders among them. */
export const descriptions: fc.Arbitrary<Description> = fc.record({
  target: fc.nat({ max: targets.length - 1 }),
  flavour: fc.constantFrom(...Object.keys(flavours)),
  dtype: fc.constantFrom<DType>("float64", "float64", "float32", "int32", "bool"),
  layout: fc.constantFrom(...plain),
  seed: fc.nat({ max: 1000 }),
  changes: fc.array(fc.record({ place: fc.nat({ max: 30 }), intruder: fc.constantFrom(...Object.keys(intruders)) }), {
    maxLength: 3,
  }),
});

/** A leaf with other elements, of another dtype, laid out in another way. */
function dressed(x: Tensor, { flavour, dtype, layout, seed }: Description): Tensor {
  if (x.node !== null) return x;
  const random = rand([x.size], { dtype: "float64", generator: new Generator(seed) }).data;
  const isFloat = x.dtype === "float64";
  const change = flavours[flavour]!;
  const values = isFloat ? Float64Array.from(x.data, (value, i) => change(value, random[i]!)) : x.data.slice();
  const own = isFloat ? converted(tensor(values, { shape: x.shape }), dtype) : tensor(values, { shape: x.shape });
  const result = layouts[layout]?.(own) ?? own;
  if (x.requiresGrad && (dtype === "float64" || dtype === "float32")) result.requiresGrad = true;
  return result;
}

const converted = (x: Tensor, dtype: DType): Tensor => (x.dtype === dtype ? x : x.to(dtype));

/** The arguments with an intruder in the place that the change names, counted over all values in the tree. */
function intrude(args: readonly unknown[], change: Change, first: number): readonly unknown[] {
  const places: ((value: unknown) => unknown)[] = [];
  const root = mapTree(args, (x) => x) as unknown[];
  const visit = (holder: Record<string, unknown>, key: string): void => {
    places.push((value) => {
      holder[key] = value;
    });
    const item = holder[key];
    const isTree =
      Array.isArray(item) || (typeof item === "object" && Object.getPrototypeOf(item ?? []) === Object.prototype);
    if (isTree) for (const inner of Object.keys(item as object)) visit(item as Record<string, unknown>, inner);
  };
  // One place behind the last: an argument more.
  for (let i = first; i <= root.length; i++) visit(root as unknown as Record<string, unknown>, String(i));
  places[change.place % places.length]!(intruders[change.intruder]!());
  return root;
}

/** The call that a description stands for; the same each time. */
export function callOf(description: Description): RandomCall {
  const target = targets[description.target]!;
  let args = mapTree(target.args, (x) => dressed(x, description)) as readonly unknown[];
  for (const change of description.changes) args = intrude(args, change, isMethod(target.name) ? 1 : 0);
  return { ...target, args, description, intact: description.changes.length === 0 };
}
