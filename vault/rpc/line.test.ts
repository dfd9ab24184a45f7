import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeUint32 } from '../../lib/bytes/index.ts';
import type { BlobKey, Nonce } from '../../lib/vault-protocol/index.ts';
import { HsmClient } from './client.ts';
import { sendFrame } from './frames.ts';
import { encodeAnswer, encodeKnows, type Question } from './messages.ts';
import { type HsmServer, listen } from './server.ts';

const key = new Uint8Array(32) as BlobKey;
const nonce = new Uint8Array(16) as Nonce;

describe('the line between the processes', () => {
  let folder: string;
  let path: string;
  let server: HsmServer;
  let client: HsmClient;
  let answer: (question: Question) => Promise<Uint8Array>;
  const log: string[] = [];

  const start = async () => {
    server = await listen(
      path,
      (_, event, details) => log.push(`${event} ${details?.code}`),
      (question) => answer(question),
    );
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-line-'));
    path = join(folder, 'line.sock');
    answer = async () => encodeKnows(true);
    log.length = 0;
    await start();
    client = new HsmClient(path);
  });
  afterEach(async () => {
    client.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('is a socket that its user alone may open', () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('carries answers out of order to their questions', async () => {
    answer = async (question) => {
      if (question.kind !== 'serve') return encodeKnows(false);
      await new Promise((resolve) => setTimeout(resolve, 20 - question.body.length));
      return encodeAnswer({ status: 200, signature: undefined, body: question.body });
    };
    const target = { method: 'POST', path: '/' };
    const sizes = Array.from({ length: 20 }, (_, size) => size);
    const answers = await Promise.all(sizes.map((size) => client.serve({ target, nonce, body: new Uint8Array(size) })));
    expect(answers.map(({ body }) => body.length)).toEqual(sizes);
  });

  it('hands what is sent in one turn to the system together, whole', async () => {
    const written: Buffer[] = [];
    const socket = new Writable({
      writev(chunks, done) {
        written.push(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)));
        done();
      },
    }) as Socket;
    for (const byte of [1, 2]) sendFrame(socket, Uint8Array.of(byte));
    expect(written).toEqual([]);
    await Promise.resolve();
    sendFrame(socket, Uint8Array.of(3));
    await new Promise(setImmediate);
    sendFrame(socket, Uint8Array.of(4));
    await new Promise(setImmediate);
    const frames = (...bytes: number[]) => Buffer.from(bytes.flatMap((byte) => [0, 0, 0, 1, byte]));
    expect(written).toEqual([frames(1, 2, 3), frames(4)]);
  });

  it('says that a question failed, and logs its code alone', async () => {
    answer = async () => {
      throw Object.assign(new Error('secret words'), { code: 'E1' });
    };
    await expect(client.knows(key)).rejects.toMatchObject({ code: 'HsmUnreachable', retry: 'later' });
    expect(log).toEqual(['question-failed Error:E1']);
  });

  it('is made again after it broke; what was under way has failed', async () => {
    const arrived = new Promise<void>((resolve) => {
      answer = () => {
        resolve();
        return new Promise(() => undefined);
      };
    });
    const lost = client.knows(key);
    const failed = expect(lost).rejects.toMatchObject({ code: 'HsmUnreachable' });
    await arrived;
    client.close();
    await failed;
    answer = async () => encodeKnows(true);
    expect(await client.knows(key)).toBe(true);
    // The question without end would keep the server from stopping.
    await start();
  });

  it('fails at once where nobody listens', async () => {
    const nobody = new HsmClient(join(folder, 'none.sock'));
    await expect(nobody.health()).rejects.toMatchObject({ code: 'HsmUnreachable' });
  });

  it('takes so many questions at once, and is busy beyond', async () => {
    const open: (() => void)[] = [];
    answer = () => new Promise((resolve) => open.push(() => resolve(encodeKnows(true))));
    const asked = Array.from({ length: 512 }, () => client.knows(key));
    await expect(client.knows(key)).rejects.toMatchObject({ code: 'HsmBusy' });
    while (open.length < 512) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const done of open) done();
    expect((await Promise.all(asked)).every((known) => known)).toBe(true);
  });

  it.each([
    ['a frame that is too long', writeUint32(65_537)],
    ['a question of no kind', Uint8Array.from([0, 0, 0, 5, 0, 0, 0, 1, 9])],
  ])('ends with %s', async (_, bytes) => {
    const socket: Socket = connect(path);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write(bytes);
    await closed;
    expect(await client.knows(key)).toBe(true);
  });

  it('answers what is under way before it stops, and nothing after', async () => {
    let finish: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      answer = () => {
        resolve();
        return new Promise((done) => (finish = () => done(encodeKnows(true))));
      };
    });
    const asked = client.knows(key);
    await arrived;
    const stopped = server.stop();
    await expect(client.knows(key)).rejects.toMatchObject({ code: 'HsmUnreachable' });
    finish();
    expect(await asked).toBe(true);
    await stopped;
  });
});
