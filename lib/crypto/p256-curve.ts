/**
 * Owns what of the curve's library the extension is built with: what is loaded late is built whole, so it is named here.
 * Does not own when it is loaded (p256.ts).
 */
export { p256, p256_oprf } from '@noble/curves/nist.js';
