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

/** A value out of range: an index, a probability, a seed. */
export class ValueError extends TypegradError {}

/** An option that does not exist, or options that contradict each other. */
export class OptionError extends TypegradError {}

/** A backward pass that cannot be right: a freed graph, a leaf assigned since, nothing to differentiate. */
export class GradError extends TypegradError {}

/** A file or byte buffer that is not what it claims to be, or weights that do not fit the model. */
export class CheckpointError extends TypegradError {}

/** Throws an {@link OptionError} for every key of `options` that is not in `known`: nothing is silently ignored. */
export function checkOptions(operation: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new OptionError(`${operation}: unknown option "${key}"`, {
        got: `{ ${Object.keys(options).join(", ")} }`,
        hint: known.length === 0 ? "this operation takes no options" : `known options: ${known.join(", ")}`,
      });
    }
  }
}
