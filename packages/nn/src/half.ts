/** 2^−24, the distance of two float16 numbers next to 0. */
const SMALLEST = 5.9604644775390625e-8;

/** The float32 numbers of float16 ones, exactly: a sign, five bits of exponent, ten of fraction (IEEE 754, binary16). */
export function fromFloat16(view: DataView, count: number): Float32Array {
  const result = new Float32Array(count);
  const bits = new Uint32Array(result.buffer);
  for (let i = 0; i < count; i++) {
    const half = view.getUint16(2 * i, true);
    const [sign, exponent, fraction] = [half >>> 15, (half >>> 10) & 31, half & 1023];
    if (exponent === 0) result[i] = (sign === 1 ? -fraction : fraction) * SMALLEST;
    // Exponents count from −15 there and from −127 here; the greatest stands for infinities and NaN in both.
    else bits[i] = ((sign << 31) | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13)) >>> 0;
  }
  return result;
}

/** The float32 numbers of bfloat16 ones, exactly: the upper half of their bits. */
export function fromBfloat16(view: DataView, count: number): Float32Array {
  const bits = new Uint32Array(count);
  for (let i = 0; i < count; i++) bits[i] = (view.getUint16(2 * i, true) << 16) >>> 0;
  return new Float32Array(bits.buffer);
}
