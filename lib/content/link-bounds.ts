/** Owns how far the numbers of a chain go: the envelope, and whatever points into a chain, keep to them. */

/** The last sequence number: one less than 32 bits hold, so that the number after it still fits. */
export const MAX_SEQUENCE = 0xfffffffe;
/** The last generation. */
export const MAX_GENERATION = 0xffffffff;
