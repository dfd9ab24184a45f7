/**
 * Owns vault-web's line to vault-hsm: one connection, made when it is needed and made again when it was lost; questions
 * that were under way when it broke fail, since nobody knows how far they came.
 */
import { connect, type Socket } from 'node:net';
import { Failure } from '../../lib/failure/index.ts';
import type { BlobKey } from '../../lib/vault-protocol/index.ts';
import type { Answer } from '../records/desk.ts';
import { receiveFrames, sendFrame } from './frames.ts';
import {
  type CountsAnswer,
  decodeAnswer,
  decodeCounts,
  decodeHealth,
  decodeKnows,
  decodeReply,
  encodeQuestion,
  type Question,
} from './messages.ts';

/** Longer than any commit and any HSM should take, in milliseconds. */
const PATIENCE = 15_000;
/** Questions under way at once; beyond it the vault is busy. */
const MOST_WAITING = 512;

interface Waiting {
  readonly resolve: (payload: Uint8Array) => void;
  readonly reject: (failure: Failure) => void;
  readonly timer: NodeJS.Timeout;
}

/** All its methods reject with the failure `HsmUnreachable`, or `HsmBusy` where too much is under way. */
export class HsmClient {
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #socket: Socket | undefined;
  #next = 0;

  /** `path` is that of the Unix socket. Nothing is connected yet. */
  constructor(path: string) {
    this.#path = path;
  }

  async serve(question: Omit<Extract<Question, { kind: 'serve' }>, 'kind'>): Promise<Answer> {
    return decodeAnswer(await this.#ask({ kind: 'serve', ...question }));
  }

  async health(): Promise<readonly string[]> {
    return decodeHealth(await this.#ask({ kind: 'health' }));
  }

  async counts(): Promise<CountsAnswer> {
    return decodeCounts(await this.#ask({ kind: 'counts' }));
  }

  async knows(blobKey: BlobKey): Promise<boolean> {
    return decodeKnows(await this.#ask({ kind: 'knows', blobKey }));
  }

  close(): void {
    this.#socket?.destroy();
  }

  #ask(question: Question): Promise<Uint8Array> {
    if (this.#waiting.size >= MOST_WAITING) return Promise.reject(new Failure('HsmBusy', 'later'));
    const socket = this.#connected();
    this.#next = (this.#next + 1) >>> 0;
    const id = this.#next;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id)?.reject(unreachable()), PATIENCE);
      this.#waiting.set(id, { resolve, reject, timer });
      sendFrame(socket, encodeQuestion(id, question));
    });
  }

  #connected(): Socket {
    if (this.#socket !== undefined) return this.#socket;
    const socket = connect(this.#path);
    this.#socket = socket;
    receiveFrames(socket, (frame) => {
      const { id, payload } = decodeReply(frame);
      const waiting = this.#settle(id);
      if (payload === undefined) waiting?.reject(unreachable());
      else waiting?.resolve(payload);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#socket = undefined;
      for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(unreachable());
    });
    return socket;
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }
}

function unreachable(): Failure<'HsmUnreachable'> {
  return new Failure('HsmUnreachable', 'later');
}
