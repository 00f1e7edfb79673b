/** Mixes the bits of a word: the finalizer of MurmurHash3 (Austin Appleby). */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32 bits that follow from the number of a stream and a place in it alone, in any language. */
export const bitsAt = (stream: number, place: number): number => mix((place + 1 + Math.imul(stream, 2654435761)) | 0);

const OFFSET = [0xcbf29ce4, 0x84222325] as const;
const PRIME = 0x1b3; // The whole prime is 2^40 + 0x1b3.

/** FNV-1a of 64 bits (Fowler, Noll and Vo, http://www.isthe.com/chongo/tech/comp/fnv/) over all bytes, in hexadecimal. */
export function fingerprint(arrays: Iterable<ArrayBufferView>): string {
  let [high, low] = OFFSET as readonly [number, number];
  for (const { buffer, byteOffset, byteLength } of arrays) {
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) {
      const mixed = (low ^ byte) >>> 0;
      const product = mixed * PRIME;
      low = product >>> 0;
      high = (high * PRIME + Math.floor(product / 2 ** 32) + ((mixed << 8) >>> 0)) >>> 0;
    }
  }
  return [high, low].map((half) => half.toString(16).padStart(8, "0")).join("");
}
