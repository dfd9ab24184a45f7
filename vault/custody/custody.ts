/**
 * Owns the face of custody: where the keys of a vault live and the few things that may be done with them. The process
 * that owns the counters (vault-hsm) knows this interface and nothing of PKCS#11.
 * Does not own the attempts: whoever calls `evaluate` has charged, logged, anchored and committed the try before.
 *
 * Invariants: no private key and no secret leaves a custody, but in a blob that only the same custody can open;
 * broken input ends in a Failure with a code of {@link CustodyCode}, and what the HSM holds is as it was.
 */
import type { Failure } from '../../lib/failure/index.ts';
import type { Point } from './points.ts';

/**
 * Where each user's OPRF key lives: `wrapped` in the database under a key of the HSM (the default), `resident` in the
 * HSM as an object of its own, `split` between one resident key and a factor per user, `hmac` derived in this process
 * from an HSM key, `software` for a vault without any HSM.
 */
export type CustodyMode = 'wrapped' | 'resident' | 'split' | 'hmac' | 'software';

/**
 * What the self-test at the start found: `enforced` when the device itself keeps the OPRF keys from who is logged in to
 * it, `unenforced` when only this program does, `software` when there is no device.
 */
export type CustodyGrade = 'enforced' | 'unenforced' | 'software';

/**
 * The closed union of what custody refuses.
 * - `HsmUnavailable`: the device, its module or its token is gone for now; later calls look for it again.
 * - `HsmPinWrong`: it was tried once and will not be tried again by this process: tokens lock.
 * - `HsmNotReady`: the token lacks the objects of the key ceremony, or has them twice; or pkcs11js is not compiled.
 * - `HsmFault`: the device answered something that its own keys contradict, or something that it may not answer.
 * - `MechanismMissing`: the device can't do what the mode needs.
 * - `KeyBlobInvalid`: the blob, its public key and its context do not belong together, or it was altered.
 * - `KeyMissing`: the resident key was destroyed or never was.
 * - `ElementInvalid`: not 33 bytes of a compressed P-256 point other than the identity.
 * - `AnchorInvalid`: an anchor object that this program did not write.
 * - `KeyFileInvalid`: the file of software custody is not what it should be, or others may read it.
 */
export type CustodyCode =
  | 'HsmUnavailable'
  | 'HsmPinWrong'
  | 'HsmNotReady'
  | 'HsmFault'
  | 'MechanismMissing'
  | 'KeyBlobInvalid'
  | 'KeyMissing'
  | 'ElementInvalid'
  | 'AnchorInvalid'
  | 'KeyFileInvalid';

/** What custody throws. `retry` is `later` for HsmUnavailable, `user` where the operator must act, else `never`. */
export type CustodyFailure = Failure<CustodyCode>;

/** The newest entry of an attempt log: its number, counted from 1, and the head of the hash chain, 32 bytes. */
export interface Anchor {
  readonly seq: number;
  readonly head: Uint8Array;
}

/** One user's OPRF key as the database keeps it. */
export interface StoredKey {
  /** What `createKey` gave; at most {@link BLOB_MOST} bytes, and not secret from who holds the database. */
  readonly blob: Uint8Array;
  /** Q = kG, 33 bytes compressed. */
  readonly publicKey: Uint8Array;
  /** Record id ‖ generation, as `createKey` was told; 1 to {@link CONTEXT_MOST} bytes. */
  readonly context: Uint8Array;
}

/** More than any mode's blob; wrapped keys of some devices carry a header of their own. */
export const BLOB_MOST = 1024;
/** A record id and a generation need 24 bytes or so; some devices bound CKA_ID, and this stays below. */
export const CONTEXT_MOST = 64;
/** Replicas name their anchors: 1 to 32 letters, digits, dots, dashes or underscores. */
export const REPLICA_NAME = /^[A-Za-z0-9._-]{1,32}$/;

/** A vault's keys, wherever they are. Calls may overlap; each is atomic by itself. */
export interface Custody {
  readonly mode: CustodyMode;
  readonly grade: CustodyGrade;
  /** What whoever is logged in to the device could do, in words for the operator's log; empty when it is enforced. */
  readonly weaknesses: readonly string[];
  /** The vault identity key, P-256 compressed, 33 bytes. */
  readonly identityKey: Uint8Array;
  /** 16 bytes; changes when the HSM's keys were lost or replaced, and with it every stored key is worthless. */
  readonly lineage: Uint8Array;

  /** ECDSA P-256 by the identity key over `digest` (32 bytes, hashed by the caller): r ‖ s, 64 bytes. */
  sign(digest: Uint8Array): Promise<Uint8Array>;

  /** 32 bytes under an HSM key of its own: HMAC-SHA-256 of `message`, the same for the same message for ever. */
  mac(message: Uint8Array): Promise<Uint8Array>;

  /** Makes a key for one user and generation. In mode `resident` an object stays in the HSM until `destroyKey`. */
  createKey(context: Uint8Array): Promise<{ readonly blob: Uint8Array; readonly publicKey: Uint8Array }>;

  /**
   * RFC 9497 BlindEvaluate (P256-SHA256, mode OPRF): k·B, 33 bytes compressed, for B compressed in `blinded`.
   * Deterministic. The answer was checked against the public key, so that a faulty device can't give a wrong one.
   * `element` is what `decodePoint` made of `blinded`, where the caller has it already: a root is not taken twice.
   */
  evaluate(key: StoredKey, blinded: Uint8Array, element?: Point): Promise<Uint8Array>;

  /**
   * Destroys what the HSM keeps of the key: in mode `resident` its object; in the other modes nothing is kept, and the
   * caller's erasing of blob and public key destroys the key. A key that is gone already is no failure.
   */
  destroyKey(key: StoredKey): Promise<void>;

  /** The anchor of one replica, or undefined where it never wrote one. */
  readAnchor(replica: string): Promise<Anchor | undefined>;

  /** Every replica's anchor. */
  anchors(): Promise<Map<string, Anchor>>;

  /**
   * Replaces the replica's anchor; on its return it is in the HSM. Written in order: the caller does not overlap
   * two writes of one replica. A lower `seq` than the kept one is for an operator who accepts a rollback, alone.
   */
  writeAnchor(replica: string, anchor: Anchor): Promise<void>;

  /** Logs out and lets go of the device. Calls after it reject with HsmUnavailable. */
  close(): Promise<void>;
}
