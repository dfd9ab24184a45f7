/**
 * Owns proof of work: challenges that the vault itself wrote (an authenticator, no memory), and the check of a solution.
 * A solution is for one record or bucket, so that a challenge serves many without being worth more than one each.
 */
import { randomBytes } from 'node:crypto';
import { ByteReader, concatBytes, encodeUtf8, equalBytes, writeUint64 } from '../lib/bytes/index.ts';
import { attempt, Failure } from '../lib/failure/index.ts';
import {
  type Bucket,
  beginsWithZeroBits,
  LEAST_WORK_BITS,
  MOST_WORK_BITS,
  type RecordId,
  WORK_FOR,
  type WorkChallenge,
  type WorkOffer,
  type WorkSolution,
  workInput,
} from '../lib/vault-protocol/index.ts';
import { sha256 } from './hash.ts';

/** 32 bytes that only this vault can make of a message. */
export type Authenticate = (message: Uint8Array) => Promise<Uint8Array>;

const LABEL = encodeUtf8('Sotto work challenge v1');
/** So many new records or buckets within the window double the work once; twice as many double it twice. */
const CROWD = 32;
const WINDOW = 10 * 60_000;
/** How long one challenge is handed out, in milliseconds: it costs an authenticator. */
const FRESH_FOR = 60_000;

export class WorkDesk {
  readonly #authenticate: Authenticate;
  readonly #now: () => number;
  readonly #leastBits: number;
  /** When the newest ones were made, oldest first. */
  readonly #made: number[] = [];
  #offer: WorkOffer | undefined;

  constructor(authenticate: Authenticate, now: () => number, leastBits = LEAST_WORK_BITS) {
    this.#authenticate = authenticate;
    this.#now = now;
    this.#leastBits = leastBits;
  }

  /** Counts a record or bucket that was made. */
  count(): void {
    this.#made.push(this.#now());
    if (this.#made.length > CROWD << (MOST_WORK_BITS - LEAST_WORK_BITS)) this.#made.shift();
  }

  /** The work that is asked for now. */
  async offer(): Promise<WorkOffer> {
    const bits = this.#bits();
    const kept = this.#offer;
    if (kept?.bits === bits && kept.expires - WORK_FOR + FRESH_FOR > this.#now()) return kept;
    const expires = this.#now() + WORK_FOR;
    const content = concatBytes(Uint8Array.of(bits), writeUint64(expires), randomBytes(16));
    const tag = await this.#authenticate(concatBytes(LABEL, content));
    this.#offer = { challenge: concatBytes(content, tag) as Uint8Array as WorkChallenge, bits, expires };
    return this.#offer;
  }

  /** Whether `solution` is for a challenge of this vault that still holds, and for `subject`. */
  async accepts(challenge: WorkChallenge, subject: RecordId | Bucket, solution: WorkSolution): Promise<boolean> {
    const reader = new ByteReader(challenge, () => new Failure('MalformedChallenge'));
    const read = attempt(() => {
      const fields = { bits: reader.uint8(), expires: reader.uint53(), random: reader.take(16), tag: reader.take(32) };
      reader.end();
      return fields;
    });
    if (!read.ok || read.value.expires < this.#now()) return false;
    // The cheap check first: without work nothing is asked of the HSM.
    if (!beginsWithZeroBits(sha256(workInput(challenge, subject, solution)), read.value.bits)) return false;
    const content = challenge.subarray(0, challenge.length - read.value.tag.length);
    return equalBytes(await this.#authenticate(concatBytes(LABEL, content)), read.value.tag);
  }

  #bits(): number {
    const since = this.#now() - WINDOW;
    while (this.#made.length > 0 && this.#made[0]! < since) this.#made.shift();
    const more = Math.floor(Math.log2(1 + this.#made.length / CROWD));
    return Math.min(MOST_WORK_BITS, this.#leastBits + more);
  }
}
