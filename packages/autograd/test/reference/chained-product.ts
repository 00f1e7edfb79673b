import type { Tensor } from "../../src/index.js";

/**
 * The product of two matrices as the kernels promise its bits: row i times column j in chains of 256 steps from zero,
 * added in ascending order.
 * @param round what happens to the result of each multiplication and addition
 */
export function chainedProduct(a: Tensor, b: Tensor, round: (value: number) => number): number[] {
  const [rows, depth, columns] = [a.shape[0]!, a.shape[1]!, b.shape[1]!];
  const [x, y] = [a.clone().data, b.clone().data];
  const result: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let total = 0;
      for (let block = 0; block < depth; block += 256) {
        let sum = 0;
        for (let k = block; k < Math.min(depth, block + 256); k++) {
          sum = round(sum + round(x[i * depth + k]! * y[k * columns + j]!));
        }
        total = round(total + sum);
      }
      result.push(total);
    }
  }
  return result;
}
