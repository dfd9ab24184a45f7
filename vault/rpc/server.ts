/** Owns vault-hsm's end of the line: a Unix socket that only this user may open, questions in, answers out. */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type Log, nameOf } from '../logging.ts';
import { receiveFrames, sendFrame } from './frames.ts';
import { decodeQuestion, encodeReply, type Question } from './messages.ts';

export interface HsmServer {
  /** Takes no new questions, answers those that are under way, and ends. */
  stop(): Promise<void>;
}

/** Listens at `path`. `answer` gives the bytes of an answer; where it rejects, the other side learns that it failed. */
export async function listen(
  path: string,
  log: Log,
  answer: (question: Question) => Promise<Uint8Array>,
): Promise<HsmServer> {
  const sockets = new Set<Socket>();
  const underWay = new Set<Promise<void>>();
  let stopping = false;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    receiveFrames(socket, (frame) => {
      const { id, question } = decodeQuestion(frame);
      const reply = (payload: Uint8Array | undefined) => {
        if (!socket.destroyed) sendFrame(socket, encodeReply(id, payload));
      };
      if (stopping) return reply(undefined);
      const work = answer(question)
        .catch((error: unknown) => {
          log('error', 'question-failed', { kind: question.kind, code: nameOf(error) });
          return undefined;
        })
        .then(reply)
        .finally(() => underWay.delete(work));
      underWay.add(work);
    });
  });
  await listenAt(server, path);
  return {
    async stop() {
      stopping = true;
      server.close();
      await Promise.all(underWay);
      for (const socket of sockets) socket.end();
    },
  };
}

async function listenAt(server: Server, path: string): Promise<void> {
  // What a killed process left behind; two that run at once have sockets of their own, see the configuration.
  rmSync(path, { force: true });
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  } finally {
    process.umask(mask);
  }
  chmodSync(path, 0o600);
}
