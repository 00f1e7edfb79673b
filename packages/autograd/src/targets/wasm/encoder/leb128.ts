/** An integer ≥ 0 in groups of seven bits, the lowest first; all but the last have their eighth bit set. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

/** A 32-bit integer in two's complement, in as few groups of seven bits as keep its sign. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  // Until what is left is the sign alone, which the last group's highest bit has to show.
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 127) | 128);
    rest >>= 7;
  }
  bytes.push(rest & 127);
  return bytes;
}

/** The number of bytes, then the bytes. */
export const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
