// Layer and root-mean-square norm along rows, forward and backward. A task is a block of rows.

import { copyRow, fillRow, isWhole, sumRow, vectorBytes } from "./rows";

/** As `targets/wasm/lower/layer-norm.ts` writes it word by word. */
@unmanaged
class Norm {
  /** [rows, width], one behind the other; a task has `block` rows. */
  rows: i32;
  width: i32;
  block: i32;
  output: usize;
  x: usize;
  /** [2, rows] of float64: mean and 1/σ of each row. */
  statistics: usize;
  /** [width]; 0 where there is none. */
  weight: usize;
  bias: usize;
  eps: f32;
  /** 1: the mean is taken to be 0. */
  rms: i32;
  /** For the backward pass alone. */
  gradient: usize;
}

/** (x − mean) / σ · weight + bias, and the statistics. */
export function layerNorm(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const s = changetype<Norm>(descriptor);
  const bytes = vectorBytes(s.width);
  const weight = rowOr(s.weight, 1, s.width, scratch + bytes);
  const bias = rowOr(s.bias, 0, s.width, scratch + 2 * bytes);
  const end = min(to * s.block, s.rows);
  for (let row = from * s.block; row < end; row++) {
    const at: usize = (row * s.width) << 2;
    const x = s.x + at;
    const mean: f32 = s.rms ? 0 : sumRow(x, s.width) / <f32>s.width;
    squares(scratch, x, s.width, mean);
    const inverse = 1 / sqrt(<f64>sumRow(scratch, s.width) / s.width + <f64>s.eps);
    const statistics = s.statistics + (row << 3);
    store<f64>(statistics, mean);
    store<f64>(statistics + (s.rows << 3), inverse);
    const room = isWhole(s.width) ? s.output + at : scratch;
    normalize(room, x, s.width, mean, <f32>inverse, weight, bias);
    if (room === scratch) copyRow(s.output + at, room, s.width);
  }
}

/** (x − mean) / σ, from the statistics. */
export function standardize(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const s = changetype<Norm>(descriptor);
  const bytes = vectorBytes(s.width);
  const weight = rowOr(0, 1, s.width, scratch + bytes);
  const bias = rowOr(0, 0, s.width, scratch + 2 * bytes);
  const end = min(to * s.block, s.rows);
  for (let row = from * s.block; row < end; row++) {
    const at: usize = (row * s.width) << 2;
    const statistics = s.statistics + (row << 3);
    const mean = <f32>load<f64>(statistics);
    const inverse = <f32>load<f64>(statistics + (s.rows << 3));
    const room = isWhole(s.width) ? s.output + at : scratch;
    normalize(room, s.x + at, s.width, mean, inverse, weight, bias);
    if (room === scratch) copyRow(s.output + at, room, s.width);
  }
}

/** dx = (g w − mean(g w) − x̂ · mean(g w x̂)) / σ, without the first mean under `rms`. */
export function layerNormGrad(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const s = changetype<Norm>(descriptor);
  const bytes = vectorBytes(s.width);
  const own = scratch;
  const products = scratch + bytes;
  const weight = rowOr(s.weight, 1, s.width, scratch + 2 * bytes);
  const end = min(to * s.block, s.rows);
  for (let row = from * s.block; row < end; row++) {
    const at: usize = (row * s.width) << 2;
    const x = s.x + at;
    const statistics = s.statistics + (row << 3);
    const mean = <f32>load<f64>(statistics);
    const inverse = <f32>load<f64>(statistics + (s.rows << 3));
    weigh(own, products, s.gradient + at, x, s.width, mean, inverse, weight);
    const level: f32 = s.rms ? 0 : sumRow(own, s.width) / <f32>s.width;
    const slope = sumRow(products, s.width) / <f32>s.width;
    const room = isWhole(s.width) ? s.output + at : own;
    project(room, own, x, s.width, mean, inverse, level, slope);
    if (room === own) copyRow(s.output + at, room, s.width);
  }
}

/** The row, or one of equal numbers where there is none. */
function rowOr(row: usize, missing: f32, count: i32, room: usize): usize {
  if (row !== 0) return row;
  fillRow(room, count, missing);
  return room;
}

/** (x − mean)² */
function squares(room: usize, x: usize, count: i32, mean: f32): void {
  const means = f32x4.splat(mean);
  for (const end = x + vectorBytes(count); x < end; x += 16, room += 16) {
    const centred = f32x4.sub(v128.load(x), means);
    v128.store(room, f32x4.mul(centred, centred));
  }
}

/** (x − mean) / σ · weight + bias */
function normalize(room: usize, x: usize, count: i32, mean: f32, inverse: f32, weight: usize, bias: usize): void {
  const means = f32x4.splat(mean);
  const inverses = f32x4.splat(inverse);
  const bytes = vectorBytes(count);
  for (let at: usize = 0; at < bytes; at += 16) {
    const standard = f32x4.mul(f32x4.sub(v128.load(x + at), means), inverses);
    v128.store(room + at, f32x4.add(f32x4.mul(standard, v128.load(weight + at)), v128.load(bias + at)));
  }
}

/** g w into `own`, and g w x̂ into `products`. */
function weigh(
  own: usize,
  products: usize,
  gradient: usize,
  x: usize,
  count: i32,
  mean: f32,
  inverse: f32,
  weight: usize,
): void {
  const means = f32x4.splat(mean);
  const inverses = f32x4.splat(inverse);
  const bytes = vectorBytes(count);
  for (let at: usize = 0; at < bytes; at += 16) {
    const weighed = f32x4.mul(v128.load(gradient + at), v128.load(weight + at));
    const standard = f32x4.mul(f32x4.sub(v128.load(x + at), means), inverses);
    v128.store(own + at, weighed);
    v128.store(products + at, f32x4.mul(weighed, standard));
  }
}

/** (own − level − x̂ · slope) / σ */
function project(room: usize, own: usize, x: usize, count: i32, mean: f32, inverse: f32, level: f32, slope: f32): void {
  const means = f32x4.splat(mean);
  const inverses = f32x4.splat(inverse);
  const levels = f32x4.splat(level);
  const slopes = f32x4.splat(slope);
  const bytes = vectorBytes(count);
  for (let at: usize = 0; at < bytes; at += 16) {
    const standard = f32x4.mul(f32x4.sub(v128.load(x + at), means), inverses);
    const rest = f32x4.sub(f32x4.sub(v128.load(own + at), levels), f32x4.mul(standard, slopes));
    v128.store(room + at, f32x4.mul(rest, inverses));
  }
}
