import { describe, expect, it } from 'vitest';
import { sha256 } from './hash.ts';
import { cryptoReady, sodium } from './sodium.ts';

describe('the primitives', () => {
  it('may be called once they are said to be ready', async () => {
    await expect(cryptoReady()).resolves.toBeUndefined();
    expect(sha256(new Uint8Array(0))).toHaveLength(32);
  });

  it('have every call of the full build that this room makes', async () => {
    await cryptoReady();
    for (const name of [
      'crypto_auth_hmacsha256',
      'crypto_core_ed25519_is_valid_point',
      'crypto_core_ed25519_scalar_reduce',
      'crypto_hash_sha3256',
      'crypto_kem_mlkem768_enc_deterministic',
      'crypto_scalarmult_ed25519_base_noclamp',
      'crypto_xof_shake128',
    ] as const) {
      expect(sodium[name]).toBeTypeOf('function');
    }
  });
});
