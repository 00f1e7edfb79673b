import { ArgumentError, type Kind } from "./errors.js";
import { show } from "./show.js";
import { Tensor } from "./tensor.js";

// What arguments and options may be. A namespace: `kind.tensor` reads as what it says.

/** A tensor. */
export const tensor: Kind = {
  what: "a tensor",
  hint: "make one of numbers: tensor(data)",
  accepts: (value) => value instanceof Tensor,
};

/** A plain number, NaN too, or a tensor. */
export const numberOrTensor: Kind = {
  what: "a number or a tensor",
  hint: "pass a plain number, or make a tensor of numbers: tensor(data)",
  accepts: (value) => typeof value === "number" || value instanceof Tensor,
};

/** Any number but NaN. */
const aNumber: Kind = {
  what: "a number",
  hint: "pass a plain number, not NaN",
  accepts: (value) => typeof value === "number" && !Number.isNaN(value),
};

/** Any number, NaN too: an element. */
export const element: Kind = {
  what: "a number",
  hint: "pass a plain number",
  accepts: (value) => typeof value === "number",
};

/** A whole number that a float64 holds exactly. */
export const integer: Kind = {
  what: "a whole number",
  hint: "pass a plain number without a fraction",
  accepts: Number.isSafeInteger,
};

/** A whole number from 1 up. */
export const count: Kind = {
  what: "a whole number from 1 up",
  hint: "for instance 2",
  accepts: (value) => Number.isSafeInteger(value) && (value as number) > 0,
};

/** A number from 0 up, infinity too. */
export const amount: Kind = {
  what: "a number from 0 up",
  hint: "for instance 2 ** 30; Infinity for no bound",
  accepts: (value) => typeof value === "number" && value >= 0,
};

/** true or false. */
const aBoolean: Kind = {
  what: "true or false",
  hint: "pass a plain boolean",
  accepts: (value) => typeof value === "boolean",
};

/** A string. */
export const text: Kind = {
  what: "a string",
  hint: "put it in quotes",
  accepts: (value) => typeof value === "string",
};

/** A function. */
const aFunction: Kind = {
  what: "a function",
  hint: "pass the function itself, not its result",
  accepts: (value) => typeof value === "function",
};

/** An array, whose elements are checked where they are used. */
export const list: Kind = { what: "an array", hint: "put it in brackets: [ … ]", accepts: Array.isArray };

/** An array of whole numbers. */
export const integers: Kind = {
  what: "an array of whole numbers",
  hint: "for instance [2, 3]",
  // A hole is no element to `every`, but is to `from`.
  accepts: (value) => Array.isArray(value) && Array.from(value).every(Number.isInteger),
};

/** Checked by whoever reads it. */
export const anything: Kind = { what: "anything", hint: "", accepts: () => true };

export { aBoolean as boolean, aFunction as function, aNumber as number };

/** An instance of a class. */
export const instanceOf = (type: abstract new (...args: never) => object): Kind => ({
  what: `a ${type.name}`,
  hint: `make one with new ${type.name}(…)`,
  accepts: (value) => value instanceof type,
});

/** The kind, or null, which means the same as leaving the option out. */
export const nullable = (kind: Kind): Kind => ({
  ...kind,
  accepts: (value) => value === null || kind.accepts(value),
});

/** Throws an {@link ArgumentError} unless the argument is of the kind. */
export function checkArgument(operation: string, name: string, value: unknown, kind: Kind): void {
  if (kind.accepts(value)) return;
  throw new ArgumentError(`${operation}: ${name} must be ${kind.what}`, { got: show(value), hint: kind.hint });
}

/** Throws an {@link ArgumentError} unless all operands are tensors. */
export function checkTensors(operation: string, ...operands: readonly unknown[]): void {
  for (let i = 0; i < operands.length; i++) {
    if (!(operands[i] instanceof Tensor)) {
      checkArgument(operation, operands.length === 1 ? "the operand" : `operand ${i}`, operands[i], tensor);
    }
  }
}

/** Throws an {@link ArgumentError} unless the value is a list of tensors. */
export function checkTensorList(operation: string, name: string, value: unknown): void {
  checkArgument(operation, name, value, list);
  const items = value as readonly unknown[];
  for (let i = 0; i < items.length; i++) checkArgument(operation, `${name}[${i}]`, items[i], tensor);
}
