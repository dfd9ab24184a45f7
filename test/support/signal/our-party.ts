/** Owns our side of a conversation test: lib/signal with its values kept in fields. */
import { concatBytes, decodeUtf8, encodeUtf8 } from '../../../lib/bytes/index.ts';
import type { Outcome } from '../../../lib/failure/index.ts';
import {
  type BaseKeyMemory,
  type DecryptInput,
  decryptMessage,
  decryptPreKeyMessage,
  encryptMessage,
  generateKemPreKey,
  generateKeyPair,
  generateSignedPreKey,
  type IdentityKeyPair,
  initiateSession,
  type KemPreKey,
  type OneTimePreKey,
  type PreKeyBundle,
  type SessionRecord,
  type SignalFailureCode,
  type SignedPreKey,
} from '../../../lib/signal/index.ts';
import type { Envelope, Party, Verdict } from './party.ts';
import { systemRandom } from './random.ts';

const LAST_RESORT_ID = 1;

export class OurParty implements Party {
  readonly identity: IdentityKeyPair = generateKeyPair(systemRandom);
  readonly registrationId: number;
  record: SessionRecord | undefined;
  baseKeyMemory: BaseKeyMemory | undefined;
  nowMs = Date.now();
  /** 36 bytes for what we send and for what we receive, where the test binds addresses. */
  addresses: { sending: Uint8Array; receiving: Uint8Array } | undefined;
  readonly #signedPreKey: SignedPreKey = generateSignedPreKey(7, this.identity, systemRandom);
  readonly #kemPreKeys = new Map<number, KemPreKey>();
  readonly #oneTimePreKeys = new Map<number, OneTimePreKey>();
  #nextId = 2;

  constructor(registrationId: number) {
    this.registrationId = registrationId;
    this.#kemPreKeys.set(LAST_RESORT_ID, generateKemPreKey(LAST_RESORT_ID, this.identity, systemRandom));
  }

  async publish(oneTime: boolean): Promise<PreKeyBundle> {
    const kemPreKey = oneTime ? this.#freshKemPreKey() : this.#kemPreKeys.get(LAST_RESORT_ID)!;
    const preKey = oneTime ? this.#freshOneTimePreKey() : undefined;
    return {
      registrationId: this.registrationId,
      identityKey: this.identity.publicKey,
      signedPreKey: publicHalf(this.#signedPreKey),
      kemPreKey: { id: kemPreKey.id, publicKey: kemPreKey.keyPair.publicKey, signature: kemPreKey.signature },
      oneTimePreKey: preKey && { id: preKey.id, publicKey: preKey.keyPair.publicKey },
    };
  }

  async initiate(bundle: PreKeyBundle): Promise<void> {
    const { record, identity, registrationId, nowMs } = this;
    const outcome = initiateSession({
      record,
      identity,
      registrationId,
      bundle,
      trustedIdentity: undefined,
      nowMs,
      random: systemRandom,
    });
    if (!outcome.ok) throw outcome.failure;
    this.record = outcome.value.record;
  }

  async encrypt(text: string): Promise<Envelope | undefined> {
    const outcome = encryptMessage({
      record: this.record,
      plaintext: encodeUtf8(text),
      trustedIdentity: undefined,
      addresses: this.addresses?.sending,
      nowMs: this.nowMs,
      random: systemRandom,
    });
    if (!outcome.ok) return undefined;
    this.record = outcome.value.record;
    return outcome.value.message;
  }

  async decrypt({ type, bytes }: Envelope): Promise<Verdict> {
    const input: DecryptInput = {
      record: this.record,
      message: bytes,
      trustedIdentity: undefined,
      addresses: this.addresses?.receiving,
      random: systemRandom,
    };
    const outcome = type === 'preKey' ? this.#decryptFirst(input) : decryptMessage(input);
    if (!outcome.ok) return { kind: KIND_OF_CODE[outcome.failure.code] ?? 'refused' };
    this.record = outcome.value.record;
    return { kind: 'accepted', text: decodeUtf8(outcome.value.plaintext)! };
  }

  snapshot(): Uint8Array {
    const ids = [...this.#kemPreKeys.keys(), -1, ...this.#oneTimePreKeys.keys()].join();
    return concatBytes(
      this.record?.reveal() ?? new Uint8Array(0),
      this.baseKeyMemory ?? new Uint8Array(0),
      encodeUtf8(ids),
    );
  }

  #decryptFirst(input: DecryptInput): Outcome<{ record: SessionRecord; plaintext: Uint8Array }, SignalFailureCode> {
    const outcome = decryptPreKeyMessage({
      ...input,
      identity: this.identity,
      registrationId: this.registrationId,
      baseKeyMemory: this.baseKeyMemory,
      preKeys: {
        oneTimePreKey: (id) => this.#oneTimePreKeys.get(id),
        signedPreKey: (id) => (id === this.#signedPreKey.id ? this.#signedPreKey : undefined),
        kemPreKey: (id) => {
          const found = this.#kemPreKeys.get(id);
          return found && { keyPair: found.keyPair, lastResort: id === LAST_RESORT_ID };
        },
      },
    });
    if (!outcome.ok) return outcome;
    const { spent } = outcome.value;
    if (spent?.oneTimePreKeyId !== undefined) this.#oneTimePreKeys.delete(spent.oneTimePreKeyId);
    if (spent?.kemPreKeyId !== undefined) this.#kemPreKeys.delete(spent.kemPreKeyId);
    this.baseKeyMemory = outcome.value.baseKeyMemory;
    return outcome;
  }

  #freshKemPreKey(): KemPreKey {
    const preKey = generateKemPreKey(this.#nextId++, this.identity, systemRandom);
    this.#kemPreKeys.set(preKey.id, preKey);
    return preKey;
  }

  #freshOneTimePreKey(): OneTimePreKey {
    const preKey = { id: this.#nextId++, keyPair: generateKeyPair(systemRandom) };
    this.#oneTimePreKeys.set(preKey.id, preKey);
    return preKey;
  }
}

const KIND_OF_CODE: Partial<Record<SignalFailureCode, Exclude<Verdict['kind'], 'accepted'>>> = {
  DuplicateMessage: 'duplicate',
  SessionNotFound: 'no-session',
  PreKeyNotFound: 'no-prekey',
  ReusedBaseKey: 'reused-base-key',
};

function publicHalf({ id, keyPair, signature }: SignedPreKey): PreKeyBundle['signedPreKey'] {
  return { id, publicKey: keyPair.publicKey, signature };
}
