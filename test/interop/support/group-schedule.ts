/**
 * Owns a random life of a group: messages lost, re-ordered, repeated and damaged, keys rotated and announced again,
 * people who join late and leave. Every member sends by one implementation and reads by both, and on every delivery the
 * two must agree; that is checked here.
 */
import { encodeHex, equalBytes } from '../../../lib/bytes/index.ts';
import type { XEdDsaSignature } from '../../../lib/crypto/index.ts';
import {
  encodeSenderKeyDistribution,
  encodeSenderKeyMessage,
  encodeSignedPart,
  parseSenderKeyDistribution,
  parseSenderKeyMessage,
} from '../../../lib/signal/index.ts';
import type { SeededRandom } from '../../support/signal/random.ts';
import type { GroupParty } from './group-party.ts';
import { OurGroupParty } from './our-group-party.ts';
import { readTheirGroupMessage, TheirGroupParty } from './their-group-party.ts';

/** How often what was agreed on in a run of schedules. */
export interface GroupTally {
  accepted: number;
  duplicate: number;
  refused: number;
  keys: number;
}

interface Member {
  readonly name: string;
  readonly ours: OurGroupParty;
  readonly theirs: TheirGroupParty;
  /** The one of the two that sends. */
  readonly sender: GroupParty;
}

/** One copy on its way. Without a text it is a distribution message; damaged ones have the text that must not be read. */
interface Copy {
  readonly from: Member;
  readonly to: Member;
  readonly bytes: Uint8Array;
  readonly text: string | undefined;
  readonly damaged: boolean;
}

const LOST_PERCENT = 10;
const REPEATED_PERCENT = 12;
const DAMAGED_PERCENT = 3;
const LOST_KEY_PERCENT = 3;

export class GroupSchedule {
  readonly #random: SeededRandom;
  readonly #tally: GroupTally;
  readonly #label: string;
  readonly #present: Member[] = [];
  readonly #waiting: Member[] = [];
  readonly #wire: Copy[] = [];
  #sent = 0;

  /** A group of 2 to 20, some of whom join later. `label` names the run in what a failure says. */
  constructor(random: SeededRandom, size: number, tally: GroupTally, label: string) {
    this.#random = random;
    this.#tally = tally;
    this.#label = label;
    const distributionId = random.bytes(16);
    for (let i = 0; i < size; i++) {
      const ours = new OurGroupParty(distributionId);
      const theirs = new TheirGroupParty(distributionId);
      // The first two differ, so that even a group of two is mixed.
      const sender = (i < 2 ? i === 0 : random.chance(50)) ? ours : theirs;
      this.#waiting.push({ name: `member-${i}`, ours, theirs, sender });
    }
  }

  /** Lives through `events` and then delivers what is still on its way. Throws where the two disagree. */
  async run(events: number): Promise<void> {
    const early = Math.max(2, Math.ceil(this.#waiting.length * 0.7));
    for (let i = 0; i < early; i++) await this.#join();
    for (let i = 0; i < events; i++) await this.#event();
    while (this.#wire.length > 0) await this.#deliver();
  }

  async #event(): Promise<void> {
    const dice = this.#random.below(100);
    if (dice < 30) return this.#send(1 + this.#random.below(3));
    if (dice < 32) return this.#send(20 + this.#random.below(60));
    if (dice < 35) return this.#rotate(this.#random.pick(this.#present));
    if (dice < 37) return this.#announce(this.#random.pick(this.#present), this.#present);
    if (dice < 39) return this.#join();
    if (dice < 40) return this.#leave();
    for (let i = 0; i < this.#present.length; i++) await this.#deliver();
  }

  async #send(count: number): Promise<void> {
    const from = this.#random.pick(this.#present);
    for (let i = 0; i < count; i++) {
      const text = `${from.name} ${this.#sent++} ${'.'.repeat(this.#random.below(40))}`;
      const bytes = await from.sender.send(text);
      this.#checkSpelling(bytes);
      for (const to of this.#present) {
        if (to === from || this.#random.chance(LOST_PERCENT)) continue;
        const damaged = this.#random.chance(DAMAGED_PERCENT);
        this.#wire.push({ from, to, bytes: damaged ? this.#damage(bytes) : bytes, text, damaged });
      }
    }
  }

  #damage(bytes: Uint8Array): Uint8Array {
    if (this.#random.chance(20)) return bytes.slice(0, this.#random.below(bytes.length));
    const at = this.#random.below(bytes.length);
    return bytes.with(at, bytes[at]! ^ (1 << this.#random.below(8)));
  }

  async #announce(from: Member, readers: readonly Member[]): Promise<void> {
    const bytes = await from.sender.announce();
    const again = encodeSenderKeyDistribution(parseSenderKeyDistribution(bytes)).reveal();
    if (!equalBytes(again, bytes)) this.#fail('a distribution message is spelt otherwise', bytes);
    for (const to of readers) {
      if (to === from || this.#random.chance(LOST_KEY_PERCENT)) continue;
      this.#wire.push({ from, to, bytes, text: undefined, damaged: false });
    }
  }

  async #rotate(member: Member): Promise<void> {
    member.sender.forgetOwnKey();
    await this.#announce(member, this.#present);
  }

  async #join(): Promise<void> {
    const member = this.#waiting.shift();
    if (!member) return;
    for (const each of this.#present) await this.#announce(each, [member]);
    this.#present.push(member);
    await this.#announce(member, this.#present);
  }

  /** Someone leaves, and all who stay make new keys. What is on its way to the one who left is still tried. */
  async #leave(): Promise<void> {
    if (this.#present.length < 3) return;
    this.#present.splice(this.#random.below(this.#present.length), 1);
    for (const member of this.#present) await this.#rotate(member);
  }

  async #deliver(): Promise<void> {
    if (this.#wire.length === 0) return;
    // Mostly what has waited longest, or nearly nothing would ever come in order.
    const window = this.#random.chance(30) ? this.#wire.length : Math.min(this.#wire.length, 4);
    const at = this.#random.below(window);
    const copy = this.#wire[at]!;
    if (!this.#random.chance(REPEATED_PERCENT)) this.#wire.splice(at, 1);
    if (copy.text === undefined) await this.#deliverKey(copy);
    else await this.#deliverMessage(copy);
  }

  async #deliverKey({ from, to, bytes }: Copy): Promise<void> {
    const [ours, theirs] = [await to.ours.take(from.name, bytes), await to.theirs.take(from.name, bytes)];
    if (!ours || !theirs) this.#fail(`a distribution message: ours ${ours}, theirs ${theirs}`, bytes);
    this.#tally.keys += 1;
  }

  async #deliverMessage({ from, to, bytes, text, damaged }: Copy): Promise<void> {
    const before = to.ours.snapshot(from.name);
    const [ours, theirs] = [await to.ours.open(from.name, bytes), await to.theirs.open(from.name, bytes)];
    if (JSON.stringify(ours) !== JSON.stringify(theirs))
      this.#fail(`ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`, bytes);
    if (ours.kind === 'accepted' && (damaged || ours.text !== text)) this.#fail('both read what was not sent', bytes);
    const changed = !equalBytes(before, to.ours.snapshot(from.name));
    if (changed !== (ours.kind === 'accepted')) this.#fail(`${ours.kind}, and the record changed: ${changed}`, bytes);
    this.#tally[ours.kind] += 1;
  }

  /** Both read the same in `bytes`, and writing it again gives the same bytes. */
  #checkSpelling(bytes: Uint8Array): void {
    const parsed = parseSenderKeyMessage(bytes);
    const again = encodeSenderKeyMessage(encodeSignedPart(parsed), parsed.signature as XEdDsaSignature);
    const theirs = readTheirGroupMessage(bytes);
    const same =
      equalBytes(again, bytes) &&
      parsed.chainId === theirs.chainId &&
      parsed.iteration === theirs.iteration &&
      encodeHex(parsed.ciphertext) === theirs.ciphertext;
    if (!same) this.#fail('a message is spelt otherwise', bytes);
  }

  #fail(what: string, bytes: Uint8Array): never {
    throw new Error(`${this.#label}: ${what}: ${encodeHex(bytes)}`);
  }
}
