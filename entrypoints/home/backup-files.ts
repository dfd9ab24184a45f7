/**
 * Owns carrying encrypted files between this page and the background, part by part, and to the browser's downloads. All of it
 * is local: a download is a Blob of this page.
 * Does not own the file (lib/backup), nor its buttons (components/).
 */
import type { BackupFileEvents, FileAtHand } from '../../components/backup-file-events.ts';
import { decodeBase64Url, encodeBase64Url } from '../../lib/bytes/index.ts';
import { Failure } from '../../lib/failure/index.ts';
import type { BackupAnswer, backupContract } from '../../lib/relay/index.ts';
import type { Call } from '../../lib/rpc/index.ts';

/** Making and opening stretch a passphrase, and read or keep everything there is. */
const PATIENCE_MS = 300_000;
/** Parts may come faster than the background answers one page. */
const BREATH_MS = 300;
/** So much of a file is looked at before it is handed over: more than any head is long. */
const HEAD_BYTES = 256;
/** A download is read by the browser some time after it was asked for. */
const KEPT_MS = 60_000;

const FAILED: BackupAnswer = { code: 'Internal', left: -1, nextAt: 0, why: '', at: -1 };

/** The events over the background's `call`. */
export function backupFiles(call: Call<typeof backupContract>): BackupFileEvents {
  return {
    onMake: async (opener, typed, tell) => {
      const name = `sotto-${new Date().toISOString().slice(0, 10)}.sotto`;
      const none: FileAtHand = { ...FAILED, size: 0, fileCode: '', contacts: 0, messages: 0, name, file: undefined };
      try {
        const made = await call('backup.fileSave', { opener, typed }, PATIENCE_MS);
        if (made.code !== '') return { ...none, ...made };
        return { ...made, name, file: await fetchParts(call, made.size, tell) };
      } catch {
        return none;
      }
    },
    onKeep: (file, name) => {
      const url = URL.createObjectURL(file);
      const link = Object.assign(document.createElement('a'), { href: url, download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
    },
    onLook: async (file) => {
      const none = { ...FAILED, opener: '', part: 0 } as const;
      const head = await bytesOf(file.slice(0, HEAD_BYTES)).catch(() => undefined);
      if (head === undefined) return none;
      return call('backup.fileLook', { head: encodeBase64Url(head), size: file.size }).catch(() => none);
    },
    onOpen: async (file, opener, typed, tell) => {
      try {
        const seen = await call('backup.fileLook', {
          head: encodeBase64Url(await bytesOf(file.slice(0, HEAD_BYTES))),
          size: file.size,
        });
        // It may have been changed since it was picked.
        if (seen.code !== '') return seen;
        await feedParts(call, file, seen.part, tell);
        return await call('backup.fileOpen', { opener, typed }, PATIENCE_MS);
      } catch {
        return FAILED;
      }
    },
    onSeen: () => call('backup.fileSeen', {}).catch(() => FAILED),
  };
}

async function fetchParts(
  call: Call<typeof backupContract>,
  size: number,
  tell: (share: number) => void,
): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < size; ) {
    const { bytes } = await paced(() => call('backup.filePart', { at }));
    const part = decodeBase64Url(bytes);
    if (part === undefined || part.length === 0) throw new RangeError('a part of a file is bytes');
    parts.push(new Uint8Array(part));
    at += part.length;
    tell(at / size);
  }
  return new Blob(parts, { type: 'application/octet-stream' });
}

async function feedParts(
  call: Call<typeof backupContract>,
  file: Blob,
  part: number,
  tell: (share: number) => void,
): Promise<void> {
  const { size } = file;
  for (let at = 0; at < size; at += part) {
    const bytes = encodeBase64Url(await bytesOf(file.slice(at, at + part)));
    await paced(() => call('backup.fileFeed', { at, size, bytes }));
    tell(Math.min(1, (at + part) / size));
  }
}

/** Does `ask` again after a moment where it came too fast. */
async function paced<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'TooFast') throw error;
      await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
    }
  }
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
