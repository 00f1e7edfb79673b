// Softmax and its logarithm along rows, forward and backward. A task is a block of rows.

import { copyRow, flushed, isWhole, largestInRow, logSumExp, powersOfRow, scaleRow, sumRow, vectorBytes } from "./rows";

/** As `targets/wasm/lower/softmax.ts` writes it word by word. */
@unmanaged
class Softmax {
  /** [rows, width], one behind the other; a task has `block` rows. */
  rows: i32;
  width: i32;
  block: i32;
  output: usize;
  /** The operand, or for the backward pass the output of the forward pass. */
  x: usize;
  /** For the backward pass alone. */
  gradient: usize;
}

export function softmax(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const s = changetype<Softmax>(descriptor);
  const end = min(to * s.block, s.rows);
  for (let row = from * s.block; row < end; row++) {
    const at: usize = (row * s.width) << 2;
    const room = isWhole(s.width) ? s.output + at : scratch;
    powersOfRow(scratch, s.x + at, s.width, largestInRow(s.x + at, s.width));
    scaleRow(room, scratch, s.width, 1 / sumRow(scratch, s.width));
    if (room === scratch) copyRow(s.output + at, room, s.width);
  }
}

export function logSoftmax(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const s = changetype<Softmax>(descriptor);
  const end = min(to * s.block, s.rows);
  for (let row = from * s.block; row < end; row++) {
    const at: usize = (row * s.width) << 2;
    const room = isWhole(s.width) ? s.output + at : scratch;
    subtract(room, s.x + at, s.width, logSumExp(s.x + at, s.width, scratch));
    if (room === scratch) copyRow(s.output + at, room, s.width);
  }
}

/** dx = y (g − Σ g y) */
export function softmaxGrad(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const s = changetype<Softmax>(descriptor);
  const end = min(to * s.block, s.rows);
  for (let row = from * s.block; row < end; row++) {
    const at: usize = (row * s.width) << 2;
    const room = isWhole(s.width) ? s.output + at : scratch;
    multiply(scratch, s.x + at, s.gradient + at, s.width);
    slopes(room, s.x + at, s.gradient + at, s.width, sumRow(scratch, s.width));
    if (room === scratch) copyRow(s.output + at, room, s.width);
  }
}

/** dx = g − e^y Σ g */
export function logSoftmaxGrad(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const s = changetype<Softmax>(descriptor);
  const end = min(to * s.block, s.rows);
  for (let row = from * s.block; row < end; row++) {
    const at: usize = (row * s.width) << 2;
    const room = isWhole(s.width) ? s.output + at : scratch;
    powersOfRow(scratch, s.x + at, s.width, 0);
    logSlopes(room, scratch, s.gradient + at, s.width, sumRow(s.gradient + at, s.width));
    if (room === scratch) copyRow(s.output + at, room, s.width);
  }
}

/** x − y, for a y with more digits than a float32 has. */
function subtract(room: usize, x: usize, count: i32, y: f64): void {
  const high = f32x4.splat(<f32>y);
  const low = f32x4.splat(<f32>(y - <f64>(<f32>y)));
  for (const end = x + vectorBytes(count); x < end; x += 16, room += 16) {
    v128.store(room, f32x4.sub(f32x4.sub(v128.load(x), high), low));
  }
}

function multiply(room: usize, x: usize, y: usize, count: i32): void {
  const bytes = vectorBytes(count);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(room + at, f32x4.mul(v128.load(x + at), v128.load(y + at)));
  }
}

function slopes(room: usize, y: usize, gradient: usize, count: i32, mean: f32): void {
  const means = f32x4.splat(mean);
  const bytes = vectorBytes(count);
  for (let at: usize = 0; at < bytes; at += 16) {
    const difference = f32x4.sub(v128.load(gradient + at), means);
    v128.store(room + at, flushed(f32x4.mul(v128.load(y + at), difference)));
  }
}

function logSlopes(room: usize, powers: usize, gradient: usize, count: i32, total: f32): void {
  const totals = f32x4.splat(total);
  const bytes = vectorBytes(count);
  for (let at: usize = 0; at < bytes; at += 16) {
    const product = f32x4.mul(v128.load(powers + at), totals);
    v128.store(room + at, flushed(f32x4.sub(v128.load(gradient + at), product)));
  }
}
