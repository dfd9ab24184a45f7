/** The vault protocol of docs/vault-protocol.md as data: bodies, paths, headers, and what is hashed or signed. */
export * from './bodies.ts';
export type { VaultProtocolFailureCode } from './failure.ts';
export * from './hash-inputs.ts';
export * from './headers.ts';
export * from './limits.ts';
export { decodeRefusal, encodeRefusal, type Refusal, type RefusalCode } from './refusal.ts';
export { type Head, head, type SealedPart, sealedPart } from './sealed.ts';
export { decodeBody, encodeBody, type Shape, type ValueOf } from './shape.ts';
export * from './targets.ts';
export * from './words.ts';
