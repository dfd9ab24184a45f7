/** Owns our side of a group test: lib/signal's sender keys with their records in a map. */
import { decodeUtf8, encodeUtf8 } from '../../../lib/bytes/index.ts';
import type { Outcome } from '../../../lib/failure/index.ts';
import {
  createSenderKeyDistribution,
  type DistributionId,
  decryptGroupMessage,
  encryptGroupMessage,
  processSenderKeyDistribution,
  type SenderKeyRecord,
} from '../../../lib/signal/index.ts';
import { systemRandom } from '../../support/signal/random.ts';
import type { GroupParty, GroupVerdict } from './group-party.ts';

export class OurGroupParty implements GroupParty {
  readonly #distributionId: DistributionId;
  readonly #records = new Map<string, SenderKeyRecord>();
  #own: SenderKeyRecord | undefined;

  constructor(distributionId: Uint8Array) {
    this.#distributionId = distributionId as DistributionId;
  }

  async announce(): Promise<Uint8Array> {
    const created = unwrap(createSenderKeyDistribution(this.#own, this.#distributionId, systemRandom));
    this.#own = created.record;
    return created.message.reveal();
  }

  forgetOwnKey(): void {
    this.#own = undefined;
  }

  async send(text: string): Promise<Uint8Array> {
    const sent = unwrap(encryptGroupMessage(this.#own, encodeUtf8(text), systemRandom));
    this.#own = sent.record;
    return sent.message;
  }

  async take(sender: string, distribution: Uint8Array): Promise<boolean> {
    const outcome = processSenderKeyDistribution(this.#records.get(sender), distribution);
    if (outcome.ok) this.#records.set(sender, outcome.value.record);
    return outcome.ok;
  }

  async open(sender: string, message: Uint8Array): Promise<GroupVerdict> {
    const outcome = decryptGroupMessage(this.#records.get(sender), message);
    if (!outcome.ok) return { kind: outcome.failure.code === 'DuplicateMessage' ? 'duplicate' : 'refused' };
    this.#records.set(sender, outcome.value.record);
    return { kind: 'accepted', text: decodeUtf8(outcome.value.plaintext)! };
  }

  /** A copy of the record of `sender`, for comparing before and after a refusal. */
  snapshot(sender: string): Uint8Array {
    return this.#records.get(sender)?.reveal().slice() ?? new Uint8Array();
  }
}

function unwrap<Value>(outcome: Outcome<Value, string>): Value {
  if (!outcome.ok) throw outcome.failure;
  return outcome.value;
}
