import { type Tensor, tensor, ValueError } from "@typegrad/autograd";

/**
 * Rows of ids, padded at the right to the longest.
 * @param rows B rows of whole numbers
 * @param padId fills what is missing
 * @returns int32 [B, T], T the length of the longest row
 * @throws ValueError for an id that is not a whole number of 32 bits.
 */
export function padSequences(rows: readonly ArrayLike<number>[], padId = 0): Tensor {
  const length = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const ids = new Int32Array(rows.length * length).fill(padId);
  for (const [i, row] of rows.entries()) {
    for (let t = 0; t < row.length; t++) {
      ids[i * length + t] = row[t]!;
      if (ids[i * length + t] !== row[t]) {
        throw new ValueError("padSequences: not an id", {
          got: `${row[t]} in row ${i}`,
          hint: "ids are whole numbers; let a collate function prepare samples of another kind",
        });
      }
    }
  }
  return tensor(ids, { shape: [rows.length, length] });
}
