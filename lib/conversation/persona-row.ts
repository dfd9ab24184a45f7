/** Owns how a persona is kept: one identity for each account on each site, so that sites can't link a person's accounts. */
import type { X25519PrivateKey, XEdDsaSignature } from '../crypto/index.ts';
import type { BaseKeyMemory, IdentityKey, KemPreKey, KeyPair, OneTimePreKey, SignedPreKey } from '../signal/index.ts';
import { type RowTable, row } from '../store/index.ts';

/** When a prekey was made, in milliseconds since 1970. */
interface Dated {
  readonly madeAt: number;
}

/** An identity and what sessions are opened with. */
export interface Persona {
  readonly site: string;
  readonly account: string | undefined;
  readonly identity: KeyPair;
  readonly registrationId: number;
  /** The newest first. */
  readonly signedPreKeys: readonly (SignedPreKey & Dated)[];
  /** Last-resort ones, the newest first. */
  readonly kemPreKeys: readonly (KemPreKey & Dated)[];
  readonly nextPreKeyId: number;
  readonly baseKeyMemory: BaseKeyMemory | undefined;
}

/** More than are alive at once: one is made in seven days, and each is kept for fifteen. */
const MOST_PREKEYS = 8;

/** An X25519 pair: 64 bytes. */
const keyPair = row.record<KeyPair>({
  publicKey: row.fixed<'X25519PublicKey'>(32),
  privateKey: row.secret<'X25519PrivateKey'>(32) as row.RowCodec<X25519PrivateKey>,
});

/** A one-time prekey, as an invite keeps it. */
export const oneTimePreKey = row.record<OneTimePreKey>({ id: row.uint32, keyPair });

/** An identity key: 32 bytes. */
export const identityKey: row.RowCodec<IdentityKey> = row.fixed<'X25519PublicKey'>(32);

const signature: row.RowCodec<XEdDsaSignature> = row.fixed<'XEdDsaSignature'>(64);

export const PERSONAS: RowTable<Persona> = {
  name: 'personas',
  version: 1,
  codec: row.record<Persona>({
    site: row.text,
    account: row.optional(row.text),
    identity: keyPair,
    registrationId: row.uint32,
    signedPreKeys: row.list(
      row.record<SignedPreKey & Dated>({ id: row.uint32, keyPair, signature, madeAt: row.uint53 }),
      MOST_PREKEYS,
    ),
    kemPreKeys: row.list(
      row.record<KemPreKey & Dated>({
        id: row.uint32,
        keyPair: row.record<KemPreKey['keyPair']>({
          publicKey: row.fixed<'Kyber1024PublicKey'>(1568),
          privateKey: row.secret<'Kyber1024PrivateKey'>(3168),
        }),
        signature,
        madeAt: row.uint53,
      }),
      MOST_PREKEYS,
    ),
    nextPreKeyId: row.uint32,
    baseKeyMemory: row.optional(row.bytes<'BaseKeyMemory'>()),
  }),
};
