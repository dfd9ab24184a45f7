/** Owns fixed-width integers, most significant byte first. Reading past the end is a programmer's mistake. */

/** The 16-bit unsigned integer at `offset`. Throws RangeError where fewer than 2 bytes are left. */
export function readUint16(bytes: Uint8Array, offset: number): number {
  return view(bytes).getUint16(offset);
}

/** The 32-bit unsigned integer at `offset`. Throws RangeError where fewer than 4 bytes are left. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  return view(bytes).getUint32(offset);
}

/** 2 bytes for an integer from 0 to 2^16 - 1; throws RangeError outside. */
export function writeUint16(value: number): Uint8Array {
  requireUint(value, 0xffff);
  const bytes = new Uint8Array(2);
  view(bytes).setUint16(0, value);
  return bytes;
}

/** 4 bytes for an integer from 0 to 2^32 - 1; throws RangeError outside. */
export function writeUint32(value: number): Uint8Array {
  requireUint(value, 0xffffffff);
  const bytes = new Uint8Array(4);
  view(bytes).setUint32(0, value);
  return bytes;
}

/** 8 bytes for a safe non-negative integer; throws RangeError outside. */
export function writeUint64(value: number): Uint8Array {
  requireUint(value, Number.MAX_SAFE_INTEGER);
  const bytes = new Uint8Array(8);
  view(bytes).setBigUint64(0, BigInt(value));
  return bytes;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function requireUint(value: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > most) throw new RangeError('integer out of range');
}
