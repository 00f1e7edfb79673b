import { ArgumentError, checkOptions, formatShape, noGrad, type Shape, Tensor } from "@typegrad/autograd";
import { Module } from "./module.js";
import { isBuffer } from "./parameter.js";
import { tableText } from "./table-text.js";

/** A parameter or buffer of a module. */
export interface SummaryTensor {
  /** The name of the field, as in the state-dict. */
  readonly name: string;
  /** The extents. */
  readonly shape: Shape;
  /** "shared": a parameter that another row has counted. */
  readonly kind: "trainable" | "frozen" | "shared" | "buffer";
}

/** One module of a {@link ModelSummary}. */
export interface SummaryRow {
  /** What the module's keys begin with; empty for the model itself. */
  readonly path: string;
  /** The name of its class. */
  readonly type: string;
  /** What it holds itself, without the modules below. */
  readonly tensors: readonly SummaryTensor[];
  /** The elements of its parameters that no row above has counted. */
  readonly count: number;
  /** The shapes of what it gave for the example, or null without an example or where it was not called. */
  readonly output: string | null;
}

/** What {@link summary} finds; printed as a table. */
export interface ModelSummary {
  /** The model first, then the modules below. */
  readonly rows: readonly SummaryRow[];
  /** The elements of all parameters, each counted once. */
  readonly total: number;
  /** Of those that get a gradient. */
  readonly trainable: number;
  /** Of those that do not. */
  readonly frozen: number;
  /** Of all parameters and buffers. */
  readonly bytes: number;
  /** The table. */
  toString(): string;
}

/** Options of {@link summary}. */
export interface SummaryOptions {
  /** What to call `forward` with, in evaluation and without recording, to see the shapes of all outputs. */
  readonly inputs?: readonly unknown[];
}

/**
 * The modules of a model with their parameters, sizes and, given an example, the shapes of their outputs.
 *
 * @param model left as it is
 * @throws ArgumentError for a model that is no module, or inputs that are no array.
 * @example
 * ```ts
 * const model = new Sequential(new Linear(3, 8), new GELU(), new Linear(8, 2));
 * String(summary(model, { inputs: [ones([5, 3])] })); // a table, to be printed
 * summary(model).total; // 50
 * ```
 */
export function summary(model: Module, options: SummaryOptions = {}): ModelSummary {
  checkOptions("summary", options, ["inputs"]);
  check("the model", "a module", model instanceof Module, model);
  check('option "inputs"', "an array", Array.isArray(options.inputs ?? []), options.inputs);
  const outputs = options.inputs === undefined ? null : outputsFor(model, options.inputs);
  const counted = new Set<Tensor>();
  const rows = model.namedModules().map(([path, module]) => {
    const before = sizeOf(counted);
    const tensors = [
      ...module.namedParameters({ recurse: false }).map(([name, x]) => describe(name, x, counted)),
      ...module.namedBuffers({ recurse: false }).map(([name, x]) => describe(name, x, counted)),
    ];
    const count = sizeOf(counted) - before;
    return { path, type: module.constructor.name, tensors, count, output: outputs?.get(module) ?? null };
  });
  const parameters = model.parameters();
  const total = sizeOf(parameters);
  const trainable = sizeOf(parameters.filter((x) => x.requiresGrad));
  const bytes = [...parameters, ...model.buffers()].reduce((sum, x) => sum + x.size * x.data.BYTES_PER_ELEMENT, 0);
  const found = { rows, total, trainable, frozen: total - trainable, bytes };
  return { ...found, toString: () => summaryText(found, outputs !== null) };
}

function check(name: string, what: string, accepted: boolean, value: unknown): void {
  if (accepted) return;
  throw new ArgumentError(`summary: ${name} must be ${what}`, {
    got: value === null ? "null" : typeof value,
    hint: "summary(model, { inputs: [x] }) takes what model.forward(x) would",
  });
}

const sizeOf = (tensors: Iterable<Tensor>): number => [...tensors].reduce((sum, { size }) => sum + size, 0);

function describe(name: string, x: Tensor, counted: Set<Tensor>): SummaryTensor {
  const own = { name, shape: x.shape };
  const buffer: boolean = isBuffer(x);
  if (buffer) return { ...own, kind: "buffer" };
  if (counted.has(x)) return { ...own, kind: "shared" };
  counted.add(x);
  return { ...own, kind: x.requiresGrad ? "trainable" : "frozen" };
}

/** Runs the example; every module is left in the mode that it was in. */
function outputsFor(model: Module, inputs: readonly unknown[]): Map<Module, string> {
  const outputs = new Map<Module, string>();
  const modes = model.modules().map((module) => [module, module.training] as const);
  const removers = modes.map(([module]) =>
    module.registerForwardHook((_, __, output) => {
      outputs.set(module, shapesIn(output));
    }),
  );
  try {
    model.eval();
    noGrad(() => (model.forward as (...inputs: readonly unknown[]) => unknown)(...inputs));
  } finally {
    for (const remove of removers) remove();
    for (const [module, mode] of modes) module.training = mode;
  }
  return outputs;
}

/** The shapes of the tensors in a result, however nested. */
function shapesIn(value: unknown): string {
  if (value instanceof Tensor) return formatShape(value.shape);
  if (Array.isArray(value)) return `(${value.map(shapesIn).join(", ")})`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([name, item]) => `${name}: ${shapesIn(item)}`)
    .join(", ")} }`;
}

const marks = { trainable: "", frozen: " frozen", shared: " shared", buffer: " buffer" };

function summaryText({ rows, total, trainable, frozen, bytes }: Omit<ModelSummary, "toString">, ran: boolean): string {
  const head = ["path", "type", "tensors", "parameters", ...(ran ? ["output"] : [])];
  const body = rows.map(({ path, type, tensors, count, output }) => [
    path,
    type,
    tensors.map(({ name, shape, kind }) => `${name} ${formatShape(shape)}${marks[kind]}`).join(", "),
    String(count),
    ...(ran ? [output ?? "–"] : []),
  ]);
  const totals = `${total} parameters: ${trainable} trainable, ${frozen} frozen; ${bytes} bytes with buffers`;
  return `${tableText([head, ...body], new Set([3]))}\n${totals}`;
}
