/**
 * Owns how this room names things by hashing: SHA-256 over a label and parts, each with its length in front, so that no two
 * uses and no two lists of parts meet.
 */
import { ByteWriter, encodeUtf8 } from '../bytes/index.ts';
import { sha256 } from '../crypto/index.ts';

/** 32 bytes: SHA-256(label ‖ 0x00 ‖ each part with its length in 4 bytes). */
export function digest(label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter(256).raw(encodeUtf8(label)).uint8(0);
  for (const part of parts) writer.prefixed(part);
  return sha256(writer.finish());
}

/** UTF-16, most significant byte first: unlike UTF-8 it tells every string of the language from every other. */
export function utf16(value: string): Uint8Array {
  const writer = new ByteWriter(2 * value.length + 1);
  for (let i = 0; i < value.length; i++) writer.uint16(value.charCodeAt(i));
  return writer.finish();
}
