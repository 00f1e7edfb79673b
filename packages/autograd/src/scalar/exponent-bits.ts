/** The bias of a float32's exponent. */
export const BIAS = 127;

/**
 * Added to a whole number n, |n| < 2^22, it gives a float32 whose last bits are n in two's complement: there neighbours
 * are 1 apart. A conversion, which has to look for NaN and for what is too large, takes several instructions.
 */
export const TO_BITS = 1.5 * 2 ** 23;

/** n + this, its bits moved by 23 to where a float32 has its exponent, is 2^n. */
export const TO_EXPONENT = TO_BITS + BIAS;
