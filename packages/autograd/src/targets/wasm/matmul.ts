import { broadcastStrides } from "../../shape.js";
import type { Strided } from "../../storage.js";
import { forEachRow } from "../reference/loops.js";
import type { Machine } from "./machine.js";
import { bytesOf, load, operandAt } from "./operand.js";

/** [.., M, K] · [.., K, N] → [.., M, N] of float32; leading dims broadcast. The operands are copied in, the result out. */
export function matmul(machine: Machine, a: Strided, b: Strided, output: Strided): void {
  machine.lend(bytesOf(a) + bytesOf(b) + 4 * output.size, (free) => multiply(machine, a, b, output, free));
}

function multiply({ kernels, work, memory }: Machine, a: Strided, b: Strided, output: Strided, free: number): void {
  const { shape, size } = output;
  const [rows, columns, depth] = [shape.at(-2)!, shape.at(-1)!, a.shape.at(-1)!];
  const left = operandAt(a, free);
  const right = operandAt(b, left.end);
  const result = right.end;
  const { views } = memory;
  load(left, views);
  load(right, views);
  const [aRow, aColumn] = left.strides.slice(-2) as [number, number];
  const [bRow, bColumn] = right.strides.slice(-2) as [number, number];
  const batch = shape.slice(0, -2);
  const lead = [left, right].map(({ tensor, strides, bytes }) => [
    ...broadcastStrides(tensor.shape.slice(0, -2), strides.slice(0, -2), batch).map((stride) => bytes * stride),
    0,
  ]);
  forEachRow([...batch, 1], lead, [left.at, right.at], ([atA, atB], index) => {
    const atC = result + 4 * index * rows * columns;
    kernels.gemm(rows, columns, depth, atA!, aRow, aColumn, atB!, bRow, bColumn, atC, columns, work);
  });
  output.storage.array.set(views.floats.subarray(result / 4, result / 4 + size), output.offset);
}
