/** The smallest normal numbers, 2^−126 and 2^−1022: below them arithmetic costs dozens of times as much. */
export const SMALLEST_NORMAL = { float32: 1.1754943508222875e-38, float64: 2.2250738585072014e-308 } as const;
