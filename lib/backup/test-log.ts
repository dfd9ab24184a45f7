/** For tests: a log in memory with its queue, as a browser has it; and records. */
import type { Bytes } from '../bytes/index.ts';
import { type BackupLog, logOf } from './log.ts';
import type { LogState, QueuedRecord, UploadPort } from './log-state.ts';
import { type BackupRecord, encodeRecord, type MessageRecord } from './records.ts';
import type { Restore, RestoredSegment } from './restore.ts';
import { sizeInSegment } from './segment.ts';
import type { TestWorld } from './test-world.ts';

export interface TestBrowser extends UploadPort {
  readonly log: BackupLog;
  state: LogState | undefined;
  queue: QueuedRecord[];
  /** Hands records over. */
  add(...records: readonly BackupRecord[]): void;
}

export function makeBrowser(world: TestWorld): TestBrowser {
  let order = 0;
  const browser: TestBrowser = {
    log: logOf(world.around, world.root, world.host.url),
    state: undefined,
    queue: [],
    add(...records) {
      for (const record of records) browser.queue.push({ order: ++order, record: encodeRecord(record) });
    },
    async take(mostBytes) {
      let size = 0;
      const end = browser.queue.findIndex(({ record }) => {
        size += sizeInSegment(record);
        return size > mostBytes;
      });
      return end < 0 ? browser.queue : browser.queue.slice(0, Math.max(1, end));
    },
    load: async () => browser.state,
    async save(state, doneUpTo = 0) {
      browser.state = state;
      browser.queue = browser.queue.filter((queued) => queued.order > doneUpTo);
    },
  };
  return browser;
}

export const bytes16 = <Name extends string>(fill: number) =>
  new Uint8Array(16).fill(fill) as Uint8Array as Bytes<Name>;

export function numbered<Name extends string>(number: number): Bytes<Name> {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(12, number);
  return id as Uint8Array as Bytes<Name>;
}

export function message(number: number, text = `message ${number}`): MessageRecord {
  return {
    kind: 'message',
    historyId: numbered(number),
    conversationId: bytes16(7),
    order: number,
    at: 1_700_000_000_000 + number,
    from: number % 2 === 0 ? 'me' : 'them',
    shape: 'text',
    text,
    inviteId: bytes16(9),
    generation: 0,
    sequence: number,
    unread: undefined,
    removed: false,
    armour: {
      messageId: numbered(number),
      digests: [new Uint8Array(8).fill(number) as Uint8Array as Bytes<'ChunkDigest'>],
    },
  };
}

/** Texts of messages as they are read back, newest first, with the problems between them. */
export async function restoredTexts(restore: Restore, done?: ReadonlySet<number>): Promise<string[]> {
  const texts: string[] = [];
  for await (const segment of restore.segments(done)) texts.push(...textsOf(segment));
  return texts;
}

export function textsOf({ records, problem, number }: RestoredSegment): string[] {
  const texts = records.map((record) => (record.kind === 'message' ? record.text : record.kind));
  return problem === undefined ? texts : [...texts, `${problem} ${number}`];
}
