/** Owns Signal's side of a conversation test: its library over stores in memory, used by its public API alone. */
import * as signal from '@signalapp/libsignal-client';
import { decodeUtf8, encodeHex, encodeUtf8 } from '../../../lib/bytes/index.ts';
import { type PreKeyBundle, parsePublicKey } from '../../../lib/signal/index.ts';
import type { Envelope, Party, Verdict } from '../../support/signal/party.ts';

type Buffer8 = Uint8Array<ArrayBuffer>;
const LAST_RESORT_ID = 1;

class Sessions extends signal.SessionStore {
  bytes: Uint8Array | undefined;
  override async saveSession(_name: signal.ProtocolAddress, record: signal.SessionRecord): Promise<void> {
    this.bytes = record.serialize();
  }
  override async getSession(): Promise<signal.SessionRecord | null> {
    return this.bytes ? signal.SessionRecord.deserialize(this.bytes as Buffer8) : null;
  }
  override async getExistingSessions(): Promise<signal.SessionRecord[]> {
    const record = await this.getSession();
    return record ? [record] : [];
  }
}

class Identities extends signal.IdentityKeyStore {
  readonly keyPair = signal.IdentityKeyPair.generate();
  readonly registrationId: number;
  constructor(registrationId: number) {
    super();
    this.registrationId = registrationId;
  }
  override async getIdentityKey(): Promise<signal.PrivateKey> {
    return this.keyPair.privateKey;
  }
  override async getLocalRegistrationId(): Promise<number> {
    return this.registrationId;
  }
  override async saveIdentity(): Promise<signal.IdentityChange> {
    return signal.IdentityChange.NewOrUnchanged;
  }
  override async isTrustedIdentity(): Promise<boolean> {
    return true;
  }
  override async getIdentity(): Promise<signal.PublicKey | null> {
    return null;
  }
}

class OneTimePreKeys extends signal.PreKeyStore {
  readonly records = new Map<number, signal.PreKeyRecord>();
  override async savePreKey(id: number, record: signal.PreKeyRecord): Promise<void> {
    this.records.set(id, record);
  }
  override async getPreKey(id: number): Promise<signal.PreKeyRecord> {
    const found = this.records.get(id);
    if (!found) throw new Error('no such one-time prekey');
    return found;
  }
  override async removePreKey(id: number): Promise<void> {
    this.records.delete(id);
  }
}

class SignedPreKeys extends signal.SignedPreKeyStore {
  readonly records = new Map<number, signal.SignedPreKeyRecord>();
  override async saveSignedPreKey(id: number, record: signal.SignedPreKeyRecord): Promise<void> {
    this.records.set(id, record);
  }
  override async getSignedPreKey(id: number): Promise<signal.SignedPreKeyRecord> {
    const found = this.records.get(id);
    if (!found) throw new Error('no such signed prekey');
    return found;
  }
}

class KemPreKeys extends signal.KyberPreKeyStore {
  readonly records = new Map<number, signal.KyberPreKeyRecord>();
  readonly #seen = new Set<string>();
  override async saveKyberPreKey(id: number, record: signal.KyberPreKeyRecord): Promise<void> {
    this.records.set(id, record);
  }
  override async getKyberPreKey(id: number): Promise<signal.KyberPreKeyRecord> {
    const found = this.records.get(id);
    if (!found) throw new Error('no such KEM prekey');
    return found;
  }
  override async markKyberPreKeyUsed(id: number, signedPreKeyId: number, baseKey: signal.PublicKey): Promise<void> {
    if (id !== LAST_RESORT_ID) {
      this.records.delete(id);
      return;
    }
    const use = `${id}/${signedPreKeyId}/${encodeHex(baseKey.serialize())}`;
    if (this.#seen.has(use)) throw new Error('reused base key');
    this.#seen.add(use);
  }
}

export class TheirParty implements Party {
  readonly #sessions = new Sessions();
  readonly identities: Identities;
  readonly #oneTime = new OneTimePreKeys();
  readonly #signed = new SignedPreKeys();
  readonly #kem = new KemPreKeys();
  readonly #local: signal.ProtocolAddress;
  readonly #remote: signal.ProtocolAddress;
  #nextId = 2;

  constructor(registrationId: number, local = 'local', remote = 'remote') {
    this.identities = new Identities(registrationId);
    this.#local = signal.ProtocolAddress.new(local, 1);
    this.#remote = signal.ProtocolAddress.new(remote, 1);
    this.#makeSigned(7);
    this.#makeKem(LAST_RESORT_ID);
  }

  async publish(oneTime: boolean): Promise<PreKeyBundle> {
    const signedPreKey = this.#signed.records.get(7)!;
    const kemPreKey = this.#kem.records.get(oneTime ? this.#makeKem(this.#nextId++) : LAST_RESORT_ID)!;
    const oneTimePreKey = oneTime ? this.#oneTime.records.get(this.#makeOneTime(this.#nextId++))! : undefined;
    return {
      registrationId: this.identities.registrationId,
      identityKey: parsePublicKey(this.identities.keyPair.publicKey.serialize()),
      signedPreKey: {
        id: 7,
        publicKey: parsePublicKey(signedPreKey.publicKey().serialize()),
        signature: signedPreKey.signature() as PreKeyBundle['signedPreKey']['signature'],
      },
      kemPreKey: {
        id: kemPreKey.id(),
        publicKey: kemPreKey.publicKey().serialize().slice(1) as Uint8Array as PreKeyBundle['kemPreKey']['publicKey'],
        signature: kemPreKey.signature() as PreKeyBundle['kemPreKey']['signature'],
      },
      oneTimePreKey: oneTimePreKey && {
        id: oneTimePreKey.id(),
        publicKey: parsePublicKey(oneTimePreKey.publicKey().serialize()),
      },
    };
  }

  async initiate(bundle: PreKeyBundle): Promise<void> {
    const theirs = signal.PreKeyBundle.new(
      bundle.registrationId,
      1,
      bundle.oneTimePreKey?.id ?? null,
      bundle.oneTimePreKey ? publicKey(bundle.oneTimePreKey.publicKey) : null,
      bundle.signedPreKey.id,
      publicKey(bundle.signedPreKey.publicKey),
      bundle.signedPreKey.signature as Uint8Array as Buffer8,
      publicKey(bundle.identityKey),
      bundle.kemPreKey.id,
      signal.KEMPublicKey.deserialize(Uint8Array.of(8, ...bundle.kemPreKey.publicKey)),
      bundle.kemPreKey.signature as Uint8Array as Buffer8,
    );
    await signal.processPreKeyBundle(theirs, this.#remote, this.#local, this.#sessions, this.identities);
  }

  async encrypt(text: string): Promise<Envelope | undefined> {
    try {
      const plaintext = encodeUtf8(text) as Buffer8;
      const message = await signal.signalEncrypt(plaintext, this.#remote, this.#local, this.#sessions, this.identities);
      const type = message.type() === signal.CiphertextMessageType.PreKey ? 'preKey' : 'signal';
      return { type, bytes: message.serialize() };
    } catch (error) {
      if (verdictOf(error).kind === 'no-session') return undefined;
      throw error;
    }
  }

  async decrypt({ type, bytes }: Envelope): Promise<Verdict> {
    try {
      const plaintext = await (type === 'preKey' ? this.#decryptFirst(bytes) : this.#decryptLater(bytes));
      return { kind: 'accepted', text: decodeUtf8(plaintext)! };
    } catch (error) {
      return verdictOf(error);
    }
  }

  snapshot(): Uint8Array {
    return this.#sessions.bytes ?? new Uint8Array(0);
  }

  async #decryptFirst(bytes: Uint8Array): Promise<Uint8Array> {
    return signal.signalDecryptPreKey(
      signal.PreKeySignalMessage.deserialize(bytes as Buffer8),
      this.#remote,
      this.#local,
      this.#sessions,
      this.identities,
      this.#oneTime,
      this.#signed,
      this.#kem,
    );
  }

  async #decryptLater(bytes: Uint8Array): Promise<Uint8Array> {
    const message = signal.SignalMessage.deserialize(bytes as Buffer8);
    return signal.signalDecrypt(message, this.#remote, this.#local, this.#sessions, this.identities);
  }

  #makeSigned(id: number): void {
    const key = signal.PrivateKey.generate();
    const signature = this.identities.keyPair.privateKey.sign(key.getPublicKey().serialize());
    this.#signed.records.set(id, signal.SignedPreKeyRecord.new(id, Date.now(), key.getPublicKey(), key, signature));
  }

  #makeKem(id: number): number {
    const pair = signal.KEMKeyPair.generate();
    const signature = this.identities.keyPair.privateKey.sign(pair.getPublicKey().serialize());
    this.#kem.records.set(id, signal.KyberPreKeyRecord.new(id, Date.now(), pair, signature));
    return id;
  }

  #makeOneTime(id: number): number {
    const key = signal.PrivateKey.generate();
    this.#oneTime.records.set(id, signal.PreKeyRecord.new(id, key.getPublicKey(), key));
    return id;
  }
}

function publicKey(raw: Uint8Array): signal.PublicKey {
  return signal.PublicKey.deserialize(Uint8Array.of(5, ...raw));
}

function verdictOf(error: unknown): Verdict {
  const code = error instanceof signal.LibSignalErrorBase ? error.code : undefined;
  const message = error instanceof Error ? error.message : '';
  if (code === signal.ErrorCode.DuplicatedMessage) return { kind: 'duplicate' };
  if (message.includes('reused base key')) return { kind: 'reused-base-key' };
  if (message.includes('no such')) return { kind: 'no-prekey' };
  if (/session .*not found|No session/i.test(message)) return { kind: 'no-session' };
  return { kind: 'refused' };
}
