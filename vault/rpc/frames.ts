/**
 * Owns frames on a stream: a length in four bytes and that many bytes. A frame that is longer than allowed ends the
 * connection: whoever sends it is not the other half of the vault.
 */
import type { Socket } from 'node:net';

/** A body of 16 KiB, its answer, and what stands around them. */
const MOST_FRAME_BYTES = 64 * 1024;
const PREFIX = 4;

/** Sends one frame. Those of one turn of the loop go to the system together: a call of it costs more than a frame. */
export function sendFrame(socket: Socket, payload: Uint8Array): void {
  if (payload.length > MOST_FRAME_BYTES) throw new RangeError('a frame is too long');
  if (socket.writableCorked === 0) {
    socket.cork();
    process.nextTick(() => socket.uncork());
  }
  const frame = Buffer.allocUnsafe(PREFIX + payload.length);
  frame.writeUInt32BE(payload.length);
  frame.set(payload, PREFIX);
  socket.write(frame);
}

/** Calls `take` with every whole frame. A frame that is too long, or that `take` throws on, ends the connection. */
export function receiveFrames(socket: Socket, take: (payload: Uint8Array) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    try {
      for (;;) {
        if (pending.length < PREFIX) return;
        const length = pending.readUInt32BE();
        if (length > MOST_FRAME_BYTES) throw new RangeError('a frame is too long');
        if (pending.length < PREFIX + length) return;
        const payload = new Uint8Array(pending.subarray(PREFIX, PREFIX + length));
        pending = pending.subarray(PREFIX + length);
        take(payload);
      }
    } catch {
      socket.destroy();
    }
  });
}
