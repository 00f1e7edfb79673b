import { broadcastStrides } from "../../shape.js";
import type { Strided } from "../../storage.js";
import { forEachRow } from "../reference/loops.js";
import { floatsOf, type Machine } from "./machine.js";
import { load, operandAt } from "./operand.js";

/** [.., M, K] · [.., K, N] → [.., M, N] of float32; leading dims broadcast. The operands are copied in, the result out. */
export function matmul({ kernels, memory, work, free }: Machine, a: Strided, b: Strided, output: Strided): void {
  const { shape, size } = output;
  const [rows, columns, depth] = [shape.at(-2)!, shape.at(-1)!, a.shape.at(-1)!];
  const left = operandAt(a, free);
  const right = operandAt(b, left.end);
  const result = right.end;
  const floats = floatsOf(memory, result + size);
  load(left, floats);
  load(right, floats);
  const [aRow, aColumn] = left.strides.slice(-2) as [number, number];
  const [bRow, bColumn] = right.strides.slice(-2) as [number, number];
  const batch = shape.slice(0, -2);
  const lead = [left, right].map(({ tensor, strides }) => [
    ...broadcastStrides(tensor.shape.slice(0, -2), strides.slice(0, -2), batch),
    0,
  ]);
  forEachRow([...batch, 1], lead, [left.at, right.at], ([atA, atB], index) => {
    const atC = result + index * rows * columns;
    kernels.gemm(rows, columns, depth, 4 * atA!, aRow, aColumn, 4 * atB!, bRow, bColumn, 4 * atC, work);
  });
  output.storage.array.set(floats.subarray(result, result + size), output.offset);
}
