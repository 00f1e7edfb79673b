import { ArgumentError, DTypeError, formatShape, ShapeError, Tensor, ValueError } from "@typegrad/autograd";
import { checkLength } from "../positions.js";

/** Token ids: a list for each row, of any lengths, or int32 [B, T]. */
export type TokenRows = Tensor | readonly (readonly number[])[];

/** What the rows must keep to. */
export interface RowLimits {
  /** The number of token ids. */
  readonly vocab: number;
  /** The longest row. */
  readonly maxLength: number;
}

/**
 * The rows of the input, copied.
 * @throws ArgumentError, DTypeError, ShapeError for what is no batch of ids; ValueError for an empty row or an id that is
 * no token; ShapeError for a row longer than the positions.
 */
export function readRows(operation: string, input: TokenRows, { vocab, maxLength }: RowLimits): number[][] {
  const rows = input instanceof Tensor ? tensorRows(operation, input) : listRows(operation, input);
  rows.forEach((row, i) => {
    if (row.length === 0) {
      throw new ValueError(`${operation}: a row of the input is empty`, {
        got: `no token in row ${i}`,
        hint: "begin with at least one token, for instance that of a line break",
      });
    }
    checkLength(operation, row.length, maxLength);
    const wrong = row.find((id) => !Number.isInteger(id) || id < 0 || id >= vocab);
    if (wrong !== undefined) {
      throw new ValueError(`${operation}: an id of the input is no token`, {
        got: `${String(wrong)} in row ${i}`,
        hint: `use whole numbers from 0 to ${vocab - 1}`,
      });
    }
  });
  return rows;
}

function tensorRows(operation: string, input: Tensor): number[][] {
  if (input.ndim !== 2) {
    throw new ShapeError(`${operation}: the input must be [B, T]`, {
      got: formatShape(input.shape),
      hint: "unsqueeze(0) one sequence",
    });
  }
  if (input.dtype !== "int32") {
    throw new DTypeError(`${operation}: the input must be token ids`, { got: input.dtype, hint: "an int32 tensor" });
  }
  return input.toArray() as number[][];
}

function listRows(operation: string, input: unknown): number[][] {
  if (!Array.isArray(input) || !input.every(Array.isArray)) {
    throw new ArgumentError(`${operation}: the input must be rows of token ids`, {
      got: Array.isArray(input) ? "a list of something else than lists" : typeof input,
      hint: "[[5, 6, 7], [8]], or an int32 tensor [B, T]",
    });
  }
  return input.map((row: readonly number[]) => Array.from(row));
}
