import { show } from "./show.js";

/** The common ancestor of all errors that a user of these packages can cause. */
export class TypegradError extends Error {
  constructor(problem: string, { got, hint }: { got: string; hint: string }) {
    super(`${problem}\ngot: ${got}\nhint: ${hint}`);
    this.name = new.target.name;
  }
}

/** Shapes, dims or sizes that do not fit. */
export class ShapeError extends TypegradError {}

/** A dtype that an operation does not take. */
export class DTypeError extends TypegradError {}

/** An argument that is no tensor, number, list, … where one is needed. */
export class ArgumentError extends TypegradError {}

/** A value out of range: an index, a probability, a seed. */
export class ValueError extends TypegradError {}

/** An option that does not exist, or options that contradict each other. */
export class OptionError extends TypegradError {}

/** A backward pass that cannot be right: a freed graph, a leaf assigned since, nothing to differentiate. */
export class GradError extends TypegradError {}

/** A function that cannot be compiled, or a program that cannot run. */
export class CompileError extends TypegradError {}

/** NaN or an infinity that was born in an operation, found by `detectAnomaly`. */
export class AnomalyError extends TypegradError {
  /** The operation's name. */
  readonly operation: string;
  /** The shapes of its operands. */
  readonly shapes: readonly (readonly number[])[];
  /** The line of the user's code that called it, as "file:line:column"; `null` when it is not known. */
  readonly line: string | null;

  constructor(
    problem: string,
    details: { got: string; hint: string },
    where: { operation: string; shapes: readonly (readonly number[])[]; line: string | null },
  ) {
    super(problem, details);
    this.operation = where.operation;
    this.shapes = where.shapes;
    this.line = where.line;
  }
}

/** An element that `checkFinite` found to be NaN or infinite. */
export class NonFiniteError extends ValueError {
  /** What the element belongs to, as the check names it. */
  readonly what: string;
  /** The element. */
  readonly value: number;

  constructor(problem: string, details: { got: string; hint: string }, found: { what: string; value: number }) {
    super(problem, details);
    this.what = found.what;
    this.value = found.value;
  }
}

/** A file or byte buffer that is not what it claims to be, or weights that do not fit the model. */
export class CheckpointError extends TypegradError {}

/** What an argument or option may be, and what an error calls it. */
export interface Kind {
  /** What it has to be, as the first line of the error says it. */
  readonly what: string;
  /** A right one, for the error's last line. */
  readonly hint: string;
  /** Whether a value is of the kind. */
  readonly accepts: (value: unknown) => boolean;
}

/**
 * Throws an {@link OptionError} for every key of `options` that is not known, and for every value that is not of its
 * kind: nothing is silently ignored. `undefined` means that an option is left out.
 * @param known the names, or the kind of each by its name
 */
export function checkOptions(
  operation: string,
  options: object,
  known: readonly string[] | Readonly<Record<string, Kind>>,
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new OptionError(`${operation}: the options must be an object`, {
      got: show(options),
      hint: "name them: { option: value }",
    });
  }
  for (const key of Object.keys(options)) {
    const kind = Array.isArray(known) ? known.includes(key) : Object.hasOwn(known, key);
    if (!kind) throw unknownOption(operation, options, key, Array.isArray(known) ? known : Object.keys(known));
    if (!Array.isArray(known)) checkOption(operation, key, options, known as Readonly<Record<string, Kind>>);
  }
}

function unknownOption(operation: string, options: object, key: string, known: readonly string[]): OptionError {
  return new OptionError(`${operation}: unknown option "${key}"`, {
    got: `{ ${Object.keys(options).join(", ")} }`,
    hint: known.length === 0 ? "this operation takes no options" : `known options: ${known.join(", ")}`,
  });
}

function checkOption(operation: string, key: string, options: object, kinds: Readonly<Record<string, Kind>>): void {
  const value = (options as Readonly<Record<string, unknown>>)[key];
  const { what, hint, accepts } = kinds[key]!;
  if (value === undefined || accepts(value)) return;
  throw new OptionError(`${operation}: option "${key}" must be ${what}`, { got: show(value), hint });
}
