import type { DType } from "../../../dtype.js";
import type { Code } from "./code.js";

/** Bytes of an element. */
export const elementBytes: Readonly<Record<DType, number>> = { float32: 4, int32: 4, float64: 8, bool: 1 };

/** Where an operand's next element is, how far it is to the one behind it, and what its vectors are made in. */
export interface Cursor {
  readonly dtype: DType;
  /** Locals: an address, a distance in bytes where there is one, a vector. */
  readonly pointer: number;
  readonly stride: number;
  readonly vector: number;
}

/** The element at the pointer in all lanes; it stays on the stack, as do the vectors of the functions below. */
export function loadSplat(code: Code, { dtype, pointer }: Cursor, zero: number): void {
  code.get(pointer);
  if (dtype === "float64") code.memory("f64.load", 0).emit("f32.demote_f64").emit("f32x4.splat");
  else code.memory(dtype === "bool" ? "v128.load8_splat" : "v128.load32_splat", 0);
  widen(code, dtype, zero);
}

/** Four neighbours, the first of them `index` elements behind the pointer. */
export function loadNeighbours(code: Code, cursor: Cursor, index: number, zero: number): void {
  const { dtype, pointer, vector } = cursor;
  const offset = index * elementBytes[dtype];
  if (dtype === "float64") {
    for (let lane = 0; lane < 4; lane++) loadLane(code, cursor, lane, offset + 8 * lane);
    code.get(vector);
  } else code.get(pointer).memory(dtype === "bool" ? "v128.load32_zero" : "v128.load", offset);
  widen(code, dtype, zero);
}

/** Four elements at a distance; the pointer goes on to the one behind them. */
export function loadStrided(code: Code, cursor: Cursor, zero: number): void {
  const { dtype, pointer, stride, vector } = cursor;
  for (let lane = 0; lane < 4; lane++) {
    loadLane(code, cursor, lane, 0);
    code.get(pointer).get(stride).emit("i32.add").set(pointer);
  }
  code.get(vector);
  widen(code, dtype, zero);
}

/** One lane of the cursor's vector; of elements of one byte, the lanes are bytes. */
function loadLane(code: Code, { dtype, pointer, vector }: Cursor, lane: number, offset: number): void {
  if (dtype === "float64") {
    code.get(vector).get(pointer).memory("f64.load", offset).emit("f32.demote_f64").emit("f32x4.replace_lane", lane);
  } else {
    code.get(pointer).get(vector);
    code.memory(dtype === "bool" ? "v128.load8_lane" : "v128.load32_lane", offset, lane);
  }
  code.set(vector);
}

/** From what was loaded to lanes of float32, or to a mask. */
function widen(code: Code, dtype: DType, zero: number): void {
  if (dtype === "int32") code.emit("f32x4.convert_i32x4_s");
  if (dtype !== "bool") return;
  code.emit("i16x8.extend_low_i8x16_u").emit("i32x4.extend_low_i16x8_u").get(zero).emit("i32x4.gt_s");
}

/** Four lanes, which `value` puts on the stack, to neighbours: the first `index` elements behind the pointer. */
export function storeNeighbours(code: Code, cursor: Cursor, index: number, zero: number, value: () => void): void {
  const { dtype, pointer } = cursor;
  code.get(pointer);
  value();
  if (dtype === "bool") narrow(code, zero).memory("v128.store32_lane", index, 0);
  else code.memory("v128.store", index * elementBytes[dtype]);
}

/** Four lanes to elements at a distance; the pointer goes on to the element behind them. */
export function storeStrided(code: Code, cursor: Cursor, zero: number, value: () => void): void {
  const { dtype, pointer, stride, vector } = cursor;
  value();
  if (dtype === "bool") narrow(code, zero);
  code.set(vector);
  for (let lane = 0; lane < 4; lane++) {
    storeLane(code, cursor, lane);
    code.get(pointer).get(stride).emit("i32.add").set(pointer);
  }
}

/** The first lane to the element at the pointer. */
export function storeOne(code: Code, cursor: Cursor, zero: number, value: () => void): void {
  value();
  if (cursor.dtype === "bool") narrow(code, zero);
  code.set(cursor.vector);
  storeLane(code, cursor, 0);
}

function storeLane(code: Code, { dtype, pointer, vector }: Cursor, lane: number): void {
  code
    .get(pointer)
    .get(vector)
    .memory(dtype === "bool" ? "v128.store8_lane" : "v128.store32_lane", 0, lane);
}

/** From a mask to 0 and 1 in the first four bytes. */
function narrow(code: Code, zero: number): Code {
  return code.get(zero).emit("i16x8.narrow_i32x4_s").get(zero).emit("i8x16.narrow_i16x8_s").emit("i8x16.abs");
}
