/**
 * Owns making armour that is sound to look at and is not what its sender wrote: what a site can do that knows the format.
 * Written from docs/armour.md, not from our encoder.
 */
import { crc32 } from 'node:zlib';
import { encodeArmour, type MessageId } from '../../lib/armour/index.ts';

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SENTINEL = 'qZ7Vx4';
const END = 'qZ7W';
/** Of a full block: 32 bytes. */
const BLOCK_LETTERS = 43;
const CHECKSUM_BYTES = 4;
/** Version, flags, message id, index, count, length. */
const HEADER_BYTES = 14;

/** The frame in one block of base62 armour. */
export function frameOf(armour: string): Buffer {
  const body = armour.slice(SENTINEL.length, -END.length).replaceAll('qZ70', 'qZ7');
  const parts = [];
  for (let at = 0; at < body.length; at += BLOCK_LETTERS) {
    const letters = body.slice(at, at + BLOCK_LETTERS);
    const length = Math.floor((letters.length * Math.log2(62)) / 8);
    const value = [...letters].reduce((sum, letter) => sum * 62n + BigInt(LETTERS.indexOf(letter)), 0n);
    parts.push(Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex'));
  }
  return Buffer.concat(parts);
}

/** The armour of `frame`, its checksum made right. */
export function armourOf(frame: Buffer): string {
  frame.writeUInt32BE(crc32(frame.subarray(0, -CHECKSUM_BYTES)), frame.length - CHECKSUM_BYTES);
  let body = '';
  for (let at = 0; at < frame.length; at += 32) {
    const block = frame.subarray(at, at + 32);
    let value = BigInt(`0x${block.toString('hex')}`);
    let letters = '';
    for (let left = Math.ceil((8 * block.length) / Math.log2(62)); left > 0; left--) {
      letters = LETTERS[Number(value % 62n)] + letters;
      value /= 62n;
    }
    body += letters;
  }
  return SENTINEL + body.replaceAll('qZ7', 'qZ70') + END;
}

/** The same armour as a later version of it would be. */
export function asVersion(armour: string, version: number): string {
  const frame = frameOf(armour);
  frame[0] = version;
  return armourOf(frame);
}

/** The same armour with one bit of its last byte of content turned, and the checksum made right again. */
export function withTurnedBit(armour: string): string {
  const frame = frameOf(armour);
  frame[frame.length - CHECKSUM_BYTES - 1]! ^= 1;
  return armourOf(frame);
}

/** The content of one block under another message id. */
export function wrappedAnew(armour: string): string {
  const frame = frameOf(armour);
  return blockOf(frame.subarray(HEADER_BYTES, -CHECKSUM_BYTES));
}

/** A block of any content, by our own encoder. */
export function blockOf(content: Uint8Array): string {
  const messageId = crypto.getRandomValues(new Uint8Array(8)) as MessageId;
  const limit = { amount: 20_000, unit: 'utf16' } as const;
  const blocks = encodeArmour(content, { messageId, alphabet: 'base62', limit });
  if (!blocks.ok || blocks.value.length !== 1) throw new RangeError('not one block');
  return blocks.value[0]!;
}
