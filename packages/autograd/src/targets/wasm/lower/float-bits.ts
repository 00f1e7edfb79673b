const float = new Float32Array(1);
const word = new Int32Array(float.buffer);

/** The bits of a number rounded to float32, as a word of a descriptor. */
export function floatBits(value: number): number {
  float[0] = value;
  return word[0]!;
}
