/** Owns what the tests of this folder share: states as bytes, known keys, and a side that keeps its state as a session does. */
import {
  ByteReader,
  ByteWriter,
  concatBytes,
  encodeHex,
  equalBytes,
  SecretBytes,
  writeUint32,
} from '../../bytes/index.ts';
import { type RandomSource, sha512 } from '../../crypto/index.ts';
import { attempt, Failure } from '../../failure/index.ts';
import { refusal } from '../failure.ts';
import type { PostQuantumAuthKey } from '../keys.ts';
import { WorkAllowance } from '../work-allowance.ts';
import type { Direction } from './chain.ts';
import { decodeSpqr, encodeSpqr, receiveSpqr, type SpqrState, sendSpqr, startSpqr } from './index.ts';

/** 32 bytes that count up from `first`. */
export function countingKey(first = 0): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => first + i);
}

export function knownAuthKey(first = 0): PostQuantumAuthKey {
  return SecretBytes.of(countingKey(first));
}

/** The same bytes for the same seed: keys of a run that can be run again. */
export function seededRandom(seed: number): RandomSource {
  let counter = 0;
  return (length) => {
    let bytes = new Uint8Array(0);
    while (bytes.length < length) {
      bytes = new Uint8Array(concatBytes(bytes, sha512(concatBytes(writeUint32(seed), writeUint32(counter++)))));
    }
    return bytes.slice(0, length);
  };
}

/** An account that no test exhausts. */
export function ampleWork(): WorkAllowance {
  return new WorkAllowance(Number.MAX_SAFE_INTEGER);
}

export function encodeState(state: SpqrState): Uint8Array {
  const writer = new ByteWriter();
  encodeSpqr(writer, state);
  return writer.finish();
}

export function decodeState(bytes: Uint8Array): SpqrState {
  return readWhole(bytes, decodeSpqr);
}

/** What `read` reads from all of `bytes`. */
export function readWhole<Value>(bytes: Uint8Array, read: (reader: ByteReader) => Value): Value {
  const reader = new ByteReader(bytes, () => refusal('InvalidState'));
  const value = read(reader);
  reader.end();
  return value;
}

/** The code that `operation` is refused with, or 'accepted'. Anything that is not a Failure passes through. */
export function verdictOf(operation: () => unknown): string {
  const outcome = attempt(operation);
  return outcome.ok ? 'accepted' : outcome.failure.code;
}

/** One side whose state is bytes between operations, and which drops what a failed operation has done. */
export class Side {
  bytes: Uint8Array;
  readonly #random: RandomSource;

  constructor(direction: Direction, authKey: PostQuantumAuthKey, random: RandomSource) {
    this.bytes = encodeState(startSpqr(direction, authKey));
    this.#random = random;
  }

  get state(): SpqrState {
    return decodeState(this.bytes);
  }

  send(): { message: Uint8Array; key: string } {
    const state = this.#decode();
    const { message, key } = sendSpqr(state, this.#random);
    this.bytes = encodeState(state);
    return { message, key: encodeHex(key.reveal()) };
  }

  /** The message's key in hex, 'none' where it has none, or the code of the refusal. */
  receive(message: Uint8Array): string {
    const state = this.#decode();
    try {
      const key = receiveSpqr(state, message, ampleWork());
      this.bytes = encodeState(state);
      return key === undefined ? 'none' : encodeHex(key.reveal());
    } catch (error) {
      if (error instanceof Failure) return error.code;
      throw error;
    }
  }

  #decode(): SpqrState {
    const state = this.state;
    if (!equalBytes(encodeState(state), this.bytes)) throw new Error('the state changed on its way through bytes');
    return state;
  }
}

/** Both sides of one session. */
export function startSides(seed: number): { alice: Side; bob: Side } {
  const random = seededRandom(seed);
  return { alice: new Side('A2B', knownAuthKey(), random), bob: new Side('B2A', knownAuthKey(), random) };
}
