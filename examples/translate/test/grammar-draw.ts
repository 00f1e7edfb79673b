import type { Draw } from "../grammar/index.js";

/** A deterministic source of integers: a hash of the seed and of how many were drawn before. */
export function drawFrom(seed: number): Draw {
  let counter = 0;
  return (n) => {
    counter += 1;
    let hash = (Math.imul(seed, 0x9e3779b1) + Math.imul(counter, 0x85ebca6b)) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
    hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
    hash ^= hash >>> 16;
    return Math.floor(((hash >>> 0) / 2 ** 32) * n);
  };
}
