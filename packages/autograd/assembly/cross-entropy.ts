// Cross entropy of rows of logits, forward and backward. A task is a block of rows.

import { copyRow, fillRow, flushed, isWhole, logSumExp, powersOfRow, sumRow, vectorBytes } from "./rows";

/** As `targets/wasm/lower/cross-entropy.ts` writes it word by word. Strides are in elements. */
@unmanaged
class CrossEntropy {
  /** Logits [rows, width], one behind the other; a task has `block` rows. */
  rows: i32;
  width: i32;
  block: i32;
  logits: usize;
  /** int32 [rows] */
  classes: usize;
  classStride: i32;
  /** float64 [rows] */
  logSumExp: usize;
  /** Rows of this class count for nothing; one of any other class that is none of `width` gives NaN. */
  ignoreIndex: i32;
  /** The share of the target that is spread over all classes. */
  smoothing: f32;
  /** The loss [rows] forward, the gradient [rows, width] backward. */
  output: usize;
  /** [rows], for the backward pass alone. */
  gradient: usize;
  gradientStride: i32;
}

function classOf(s: CrossEntropy, row: i32): i32 {
  return load<i32>(s.classes + ((row * s.classStride) << 2));
}

/** (1 − ε) (ln Σ e^x − x of the class) + ε (ln Σ e^x − mean x) */
export function crossEntropy(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const s = changetype<CrossEntropy>(descriptor);
  const end = min(to * s.block, s.rows);
  for (let row = from * s.block; row < end; row++) {
    const x = s.logits + ((row * s.width) << 2);
    const own = classOf(s, row);
    const total = logSumExp(x, s.width, scratch);
    store<f64>(s.logSumExp + (row << 3), total);
    let loss: f64 = 0;
    if (own !== s.ignoreIndex) {
      loss = <u32>own < <u32>s.width ? total - <f64>load<f32>(x + (own << 2)) : NaN;
      if (s.smoothing > 0) {
        const spread = total - <f64>sumRow(x, s.width) / s.width;
        loss = (1 - <f64>s.smoothing) * loss + <f64>s.smoothing * spread;
      }
    }
    store<f32>(s.output + (row << 2), <f32>loss);
  }
}

/** (softmax(x) − (1 − ε) onehot − ε / width) · the row's gradient, 0 where that is below the smallest normal number. */
export function crossEntropyGrad(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const s = changetype<CrossEntropy>(descriptor);
  const end = min(to * s.block, s.rows);
  for (let row = from * s.block; row < end; row++) {
    const at: usize = (row * s.width) << 2;
    const own = classOf(s, row);
    const room = isWhole(s.width) ? s.output + at : scratch;
    if (own === s.ignoreIndex) fillRow(room, s.width, 0);
    else if (<u32>own >= <u32>s.width) fillRow(room, s.width, NaN);
    else {
      powersOfRow(room, s.logits + at, s.width, load<f64>(s.logSumExp + (row << 3)));
      const place = room + (own << 2);
      store<f32>(place, load<f32>(place) - (1 - s.smoothing));
      slopes(room, s.width, s.smoothing / <f32>s.width, load<f32>(s.gradient + ((row * s.gradientStride) << 2)));
    }
    if (room === scratch) copyRow(s.output + at, room, s.width);
  }
}

/** (x − spread) · gradient in place. */
function slopes(x: usize, count: i32, spread: f32, gradient: f32): void {
  const spreads = f32x4.splat(spread);
  const factors = f32x4.splat(gradient);
  for (const end = x + vectorBytes(count); x < end; x += 16) {
    v128.store(x, flushed(f32x4.mul(f32x4.sub(v128.load(x), spreads), factors)));
  }
}
