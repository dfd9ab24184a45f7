/** Owns Signal's side of a group test: its library over a store in memory, used by its public API alone. */
import * as signal from '@signalapp/libsignal-client';
import { decodeUtf8, encodeHex, encodeUtf8 } from '../../../lib/bytes/index.ts';
import type { GroupParty, GroupVerdict } from './group-party.ts';

type Buffer8 = Uint8Array<ArrayBuffer>;
const OWN_NAME = 'self';

class SenderKeys extends signal.SenderKeyStore {
  /** Serialized after every step, as the library's users do. */
  readonly records = new Map<string, Buffer8>();
  override async saveSenderKey(
    sender: signal.ProtocolAddress,
    distributionId: signal.Uuid,
    record: signal.SenderKeyRecord,
  ): Promise<void> {
    this.records.set(keyOf(sender, distributionId), record.serialize());
  }
  override async getSenderKey(
    sender: signal.ProtocolAddress,
    distributionId: signal.Uuid,
  ): Promise<signal.SenderKeyRecord | null> {
    const bytes = this.records.get(keyOf(sender, distributionId));
    return bytes ? signal.SenderKeyRecord.deserialize(bytes) : null;
  }
}

export class TheirGroupParty implements GroupParty {
  readonly #distributionId: string;
  readonly #keys = new SenderKeys();
  readonly #own = addressOf(OWN_NAME);

  constructor(distributionId: Uint8Array) {
    this.#distributionId = uuidOf(distributionId);
  }

  async announce(): Promise<Uint8Array> {
    const message = await signal.SenderKeyDistributionMessage.create(this.#own, this.#distributionId, this.#keys);
    return message.serialize();
  }

  forgetOwnKey(): void {
    this.#keys.records.delete(keyOf(this.#own, this.#distributionId));
  }

  async send(text: string): Promise<Uint8Array> {
    const plaintext = encodeUtf8(text) as Buffer8;
    return (await signal.groupEncrypt(this.#own, this.#distributionId, this.#keys, plaintext)).serialize();
  }

  async take(sender: string, distribution: Uint8Array): Promise<boolean> {
    try {
      const message = signal.SenderKeyDistributionMessage.deserialize(distribution as Buffer8);
      await signal.processSenderKeyDistributionMessage(addressOf(sender), message, this.#keys);
      return true;
    } catch (error) {
      if (error instanceof signal.LibSignalErrorBase) return false;
      throw error;
    }
  }

  async open(sender: string, message: Uint8Array): Promise<GroupVerdict> {
    try {
      const plaintext = await signal.groupDecrypt(addressOf(sender), this.#keys, message as Buffer8);
      return { kind: 'accepted', text: decodeUtf8(plaintext)! };
    } catch (error) {
      if (!(error instanceof signal.LibSignalErrorBase)) throw error;
      return { kind: error.code === signal.ErrorCode.DuplicatedMessage ? 'duplicate' : 'refused' };
    }
  }
}

/** What the library reads in a message, for comparing with what we read. */
export function readTheirGroupMessage(message: Uint8Array): { chainId: number; iteration: number; ciphertext: string } {
  const parsed = signal.SenderKeyMessage.deserialize(message as Buffer8);
  return { chainId: parsed.chainId(), iteration: parsed.iteration(), ciphertext: encodeHex(parsed.ciphertext()) };
}

function addressOf(name: string): signal.ProtocolAddress {
  return signal.ProtocolAddress.new(name, 1);
}

function keyOf(sender: signal.ProtocolAddress, distributionId: string): string {
  return `${sender.toString()}/${distributionId}`;
}

function uuidOf(bytes: Uint8Array): string {
  return encodeHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
