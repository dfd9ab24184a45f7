/**
 * Owns the wire tap: a TCP proxy on loopback that passes every byte on unchanged and keeps a copy.
 * Does not own what the bytes mean. Invariant: the record is complete, in the order the proxy read it, for both
 * directions; a test that greps it for plaintext may take "not found" as proof for this wire.
 */
import { connect, createServer, type Socket } from 'node:net';

/** Which way a piece went: `up` from the one who connected to the tap, `down` from the server behind it. */
export type Direction = 'up' | 'down';

/** One piece as it was read: a moment (milliseconds since 1970), a direction, a connection's number and its bytes. */
export interface TappedPiece {
  readonly at: number;
  readonly direction: Direction;
  readonly connection: number;
  readonly bytes: Buffer;
}

/** A running tap. */
export interface WireTap {
  /** The port of 127.0.0.1 to connect to instead of the server's own. */
  readonly port: number;
  /** Every piece since the start or the last `clear`, oldest first. */
  pieces(): readonly TappedPiece[];
  /** All bytes of one direction (both where none is named), joined connection by connection, decoded as UTF-8. */
  text(direction?: Direction): string;
  /** Whether `needle` (text or bytes) crossed the wire, also where it was cut over several pieces. */
  saw(needle: string | Uint8Array): boolean;
  /** Calls `listener` with every later piece; the result ends that. */
  onPiece(listener: (piece: TappedPiece) => void): () => void;
  clear(): void;
  stop(): Promise<void>;
}

/** Starts a tap on a free port of 127.0.0.1 in front of the server at `serverPort`. */
export async function startWireTap(serverPort: number): Promise<WireTap> {
  let pieces: TappedPiece[] = [];
  let connections = 0;
  const listeners = new Set<(piece: TappedPiece) => void>();
  const sockets = new Set<Socket>();

  const record = (direction: Direction, connection: number, bytes: Buffer): void => {
    const piece = { at: Date.now(), direction, connection, bytes };
    pieces.push(piece);
    for (const listener of listeners) listener(piece);
  };

  const server = createServer((client) => {
    const connection = connections++;
    const upstream = connect(serverPort, '127.0.0.1');
    for (const [from, to, direction] of [
      [client, upstream, 'up'],
      [upstream, client, 'down'],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes: Buffer) => {
        record(direction, connection, bytes);
        to.write(bytes);
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });

  const joined = (direction: Direction): Buffer[] => {
    const streams = new Map<number, Buffer[]>();
    for (const piece of pieces) {
      if (piece.direction !== direction) continue;
      const stream = streams.get(piece.connection) ?? [];
      stream.push(piece.bytes);
      streams.set(piece.connection, stream);
    }
    return [...streams.values()].map((stream) => Buffer.concat(stream));
  };

  return {
    port,
    pieces: () => pieces,
    text: (direction) =>
      (direction === undefined ? (['up', 'down'] as const) : [direction])
        .flatMap(joined)
        .map((stream) => stream.toString('utf8'))
        .join('\n'),
    saw: (needle) => {
      const bytes = Buffer.from(needle as Uint8Array);
      return [...joined('up'), ...joined('down')].some((stream) => stream.includes(bytes));
    },
    onPiece: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear: () => {
      pieces = [];
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
