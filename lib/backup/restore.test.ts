import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import { compactLog, segmentsOf } from './compact.ts';
import { encodeStandings } from './live-backup.ts';
import { fetchManifest } from './log.ts';
import type { BackupRecord } from './records.ts';
import { openRestore, readUnread, stateAfterRestore } from './restore.ts';
import { bytes16, makeBrowser, message, numbered, restoredTexts, type TestBrowser, textsOf } from './test-log.ts';
import { codeOf, failureOf, makeWorld, random, type TestWorld } from './test-world.ts';
import { beginEpoch, keepStandings, uploadQueue } from './upload.ts';

beforeAll(cryptoReady);

const tombstone = (number: number): BackupRecord => ({ kind: 'tombstone', of: 'message', id: numbered(number), at: 1 });
const segments = ({ host }: TestWorld) => [...host.blobs.keys()].filter((name) => name !== 'manifest');

/** A log with one segment a message. */
async function written(count: number): Promise<{ world: TestWorld; browser: TestBrowser }> {
  const world = makeWorld();
  const browser = makeBrowser(world);
  for (let i = 0; i < count; i++) {
    browser.add(message(i));
    await uploadQueue(world.around, browser.log, browser);
  }
  return { world, browser };
}

describe('restoring', () => {
  it('gives the newest first, with its progress, and asks for little ahead', async () => {
    const { world, browser } = await written(12);
    const restore = await openRestore(browser.log, undefined);
    world.host.asked.length = 0;
    const iterator = restore.segments();
    const { value } = await iterator.next();
    expect(value).toMatchObject({ number: 11, done: 1, total: 12, problem: undefined });
    expect(world.host.asked).toEqual([11, 10, 9, 8, 7, 6].map((number) => `GET s${number}`));
    const rest = [];
    for await (const { number, done } of iterator) rest.push([number, done]);
    expect(rest).toEqual(Array.from({ length: 11 }, (_, i) => [10 - i, i + 2]));
  });

  it('goes on where it was stopped', async () => {
    const { world, browser } = await written(8);
    const done = new Set<number>();
    for await (const { number } of (await openRestore(browser.log, undefined)).segments(done)) {
      done.add(number);
      if (number === 4) break;
    }
    world.host.asked.length = 0;
    const again = await openRestore(browser.log, undefined);
    expect(await restoredTexts(again, done)).toEqual(['message 3', 'message 2', 'message 1', 'message 0']);
    expect(world.host.asked).toEqual(['GET manifest', 'GET s3', 'GET s2', 'GET s1', 'GET s0']);
    for await (const segment of again.segments(new Set([7, 6, 5, 4, 2, 1, 0])))
      expect(segment).toMatchObject({ number: 3, done: 8, total: 8 });
  });

  it('names what is missing or altered, and gives the rest', async () => {
    const { world, browser } = await written(6);
    const { blobs } = world.host;
    blobs.delete('s4');
    blobs.set(
      's2',
      blobs.get('s2')!.map((byte, i) => (i === 2000 ? byte ^ 1 : byte)),
    );
    blobs.set('s1', blobs.get('s0')!);
    const restore = await openRestore(browser.log, undefined);
    expect(await restoredTexts(restore)).toEqual([
      'message 5',
      'missing 4',
      'message 3',
      'altered 2',
      'altered 1',
      'message 0',
    ]);
  });

  it('names an authentic segment that is not the one in the chain', async () => {
    const { world, browser } = await written(4);
    const twin = makeWorld();
    const other = makeBrowser({ ...twin, root: world.root });
    // Another history under the same keys: what a host keeps of two browsers that raced.
    const { manifest } = (await fetchManifest(browser.log, undefined))!;
    const { sealSegment } = await import('./segment.ts');
    const { openEpochs } = await import('./epochs.ts');
    const { encodeRecord } = await import('./records.ts');
    const keys = openEpochs(browser.log.keys, manifest.epochs);
    const place = { bucket: other.log.keys.bucket, epoch: 0, number: 3, before: manifest.last };
    world.host.blobs.set('s3', sealSegment(keys, place, [encodeRecord(message(99))]));
    const restore = await openRestore(browser.log, undefined);
    expect(await restoredTexts(restore)).toEqual(['altered 3', 'message 2', 'message 1', 'message 0']);
  });

  it('stops where the host is gone, and can go on', async () => {
    const { world, browser } = await written(3);
    const restore = await openRestore(browser.log, undefined);
    world.host.isDown = true;
    expect(await codeOf(restoredTexts(restore))).toBe('HostUnreachable');
    world.host.isDown = false;
    expect(await restoredTexts(restore)).toHaveLength(3);
  });

  it('gives the rest of a segment in which a record needs a newer version', async () => {
    const world = makeWorld();
    const browser = makeBrowser(world);
    browser.add(message(1), message(2), message(3));
    const strange = browser.queue[1]!.record;
    strange[1] = 2;
    await uploadQueue(world.around, browser.log, browser);
    expect(await restoredTexts(await openRestore(browser.log, undefined))).toEqual([
      'message 3',
      'message 1',
      'newer 0',
    ]);
  });

  it('names a manifest that was altered, or is another backup’s', async () => {
    const { world, browser } = await written(1);
    const { blobs } = world.host;
    const whole = blobs.get('manifest')!;
    for (const at of [1, 8, 9, 40, 4000, 4095]) {
      blobs.set(
        'manifest',
        whole.map((byte, i) => (i === at ? byte ^ 1 : byte)),
      );
      expect(await codeOf(openRestore(browser.log, undefined)), String(at)).toBe('ManifestDamaged');
    }
    for (const length of [0, 100, 4095]) {
      blobs.set('manifest', whole.subarray(0, length));
      expect(await codeOf(openRestore(browser.log, undefined))).toBe('ManifestDamaged');
    }
    blobs.set(
      'manifest',
      whole.map((byte, i) => (i === 0 ? 2 : byte)),
    );
    expect(await codeOf(openRestore(browser.log, undefined))).toBe('UpdateNeeded');
  });

  it('lets a browser write on at once, with nothing unread', async () => {
    const { world, browser } = await written(2);
    const fresh = makeBrowser(world);
    const restore = await openRestore(fresh.log, undefined);
    fresh.state = { pending: undefined, failures: 0, retryAt: 0, ...stateAfterRestore(restore) };
    fresh.add(message(50));
    expect((await uploadQueue(world.around, fresh.log, fresh)).unread).toEqual([]);
    expect(await restoredTexts(await openRestore(browser.log, undefined))).toEqual([
      'message 50',
      'message 1',
      'message 0',
    ]);
  });

  it('holds the unlock tokens for who comes with the recovery code', async () => {
    const { world, browser } = await written(1);
    const held = { epoch: 3, standings: [], pinWrap: undefined, codeWrap: undefined };
    const standings = encodeStandings(held);
    await keepStandings(world.around, browser.log, browser, standings);
    const { manifest } = (await fetchManifest(browser.log, undefined))!;
    expect(manifest.standings!.equals(encodeStandings(held))).toBe(true);
  });
});

describe('compaction', () => {
  it('keeps the newest of each record, drops what was deleted, and deletes the rest', async () => {
    const { world, browser } = await written(4);
    browser.add({ ...message(1), text: 'edited' }, tombstone(2));
    await uploadQueue(world.around, browser.log, browser);
    await beginEpoch(world.around, browser.log, browser);
    const { head } = await compactLog(world.around, browser.log, browser);
    expect(segments(world)).toEqual(['s5']);
    const { manifest } = (await fetchManifest(browser.log, head))!;
    expect([manifest.first, manifest.next, manifest.epochs]).toMatchObject([
      5,
      6,
      { newest: 1, links: [expect.anything()] },
    ]);
    expect(await restoredTexts(await openRestore(browser.log, head))).toEqual(['edited', 'message 3', 'message 0']);
    expect(browser.state!.unread).toEqual([]);
    browser.add(message(9));
    await uploadQueue(world.around, browser.log, browser);
    expect(segments(world)).toEqual(['s5', 's6']);
  });

  it('drops with a message its preview, and with a contact what was said until then, not what was said later', async () => {
    const { world, browser } = await written(2);
    const preview = (number: number): BackupRecord => ({
      ...{ kind: 'preview', historyId: numbered(number), conversationId: bytes16(7), picture: undefined },
      ...{ url: `https://a.example/${number}`, title: '', description: '', siteName: '' },
    });
    const other = { ...message(8, 'elsewhere'), conversationId: bytes16<'ConversationId'>(8) };
    browser.add(preview(0), preview(1), other, { ...other, ...message(9), conversationId: bytes16(8) });
    browser.add({ ...preview(9), conversationId: bytes16(8) } as BackupRecord, tombstone(9));
    browser.add({ kind: 'tombstone', of: 'contact', id: bytes16(7), at: 1 }, message(3));
    await uploadQueue(world.around, browser.log, browser);
    const { head } = await compactLog(world.around, browser.log, browser);
    expect(await restoredTexts(await openRestore(browser.log, head))).toEqual(['message 3', 'elsewhere']);
  });

  it('makes large segments of many small ones', async () => {
    const { world, browser } = await written(20);
    await compactLog(world.around, browser.log, browser);
    expect(segments(world)).toEqual(['s20']);
    expect(world.host.blobs.get('s20')).toHaveLength(4096);
    expect(await restoredTexts(await openRestore(browser.log, undefined))).toHaveLength(20);
  });

  it('gives way before it has changed anything, wherever it is told to', async () => {
    const { world, browser } = await written(3);
    for (let asked = 0; asked < 4; asked++) {
      let left = asked;
      const stops = compactLog(world.around, browser.log, browser, { isWanted: () => left-- > 0 });
      expect(await codeOf(stops)).toBe('Interrupted');
      expect(segments(world)).toEqual(['s0', 's1', 's2']);
      expect(await segmentsOf(browser.log, browser)).toBe(3);
    }
    const { records } = await compactLog(world.around, browser.log, browser, { isWanted: () => true });
    expect([records, await segmentsOf(browser.log, browser)]).toEqual([3, 1]);
  });

  it('changes nothing where a segment is damaged, unless it is given up', async () => {
    const { world, browser } = await written(3);
    world.host.blobs.delete('s1');
    expect(await codeOf(compactLog(world.around, browser.log, browser))).toBe('SegmentMissing');
    expect(segments(world)).toEqual(['s0', 's2']);
    await compactLog(world.around, browser.log, browser, { givenUp: new Set([1]) });
    expect(await restoredTexts(await openRestore(browser.log, undefined))).toEqual(['message 2', 'message 0']);
  });

  it('keeps what another browser writes meanwhile, also under the epoch before', async () => {
    const { world, browser } = await written(3);
    const other = makeBrowser(world);
    await uploadQueue(world.around, other.log, other);
    await beginEpoch(world.around, browser.log, browser);
    other.add(message(100));
    world.host.before = async (method, name) => {
      if (method !== 'PUT' || name !== 's3') return;
      world.host.before = undefined;
      await uploadQueue(world.around, other.log, other);
    };
    await compactLog(world.around, browser.log, browser);
    expect((await restoredTexts(await openRestore(browser.log, undefined))).sort()).toEqual([
      'message 0',
      'message 1',
      'message 100',
      'message 2',
    ]);
    const read = [];
    for await (const segment of readUnread(browser.log, browser)) read.push(...textsOf(segment));
    expect(read).toContain('message 100');
    other.add(message(101));
    await uploadQueue(world.around, other.log, other);
    const texts = [];
    for await (const segment of readUnread(other.log, other)) texts.push(...textsOf(segment));
    expect(texts.sort()).toEqual(['message 0', 'message 1', 'message 2']);
    expect(await restoredTexts(await openRestore(other.log, undefined))).toHaveLength(5);
  });

  it('leaves copies and loses nothing where it ends in the middle', async () => {
    const { world, browser } = await written(3);
    world.host.before = (method, name) => {
      if (method === 'PUT' && name === 'manifest' && world.host.blobs.has('s3')) world.host.isDown = true;
    };
    expect((await failureOf(compactLog(world.around, browser.log, browser))).code).toBe('HostUnreachable');
    Object.assign(world.host, { before: undefined, isDown: false });
    browser.add(message(7));
    await uploadQueue(world.around, browser.log, browser);
    const texts = await restoredTexts(await openRestore(browser.log, undefined));
    expect([...new Set(texts)].sort()).toEqual(['message 0', 'message 1', 'message 2', 'message 7']);
    await compactLog(world.around, browser.log, browser);
    expect(await restoredTexts(await openRestore(browser.log, undefined))).toHaveLength(4);
  });

  it('never takes a name that became free for a place that was ours', async () => {
    const { world, browser } = await written(1);
    const other = makeBrowser(world);
    await uploadQueue(world.around, other.log, other);
    other.add(message(100));
    // Its segment was planned for s1 and never written; meanwhile s1 came, was merged, and is free again.
    other.state = {
      ...other.state!,
      pending: { number: 1, epoch: 0, before: (await fetchManifest(other.log, undefined))!.manifest.last, upTo: 1 },
    };
    browser.add(message(1));
    await uploadQueue(world.around, browser.log, browser);
    await compactLog(world.around, browser.log, browser);
    expect(segments(world)).toEqual(['s2']);
    await uploadQueue(world.around, other.log, other);
    expect(other.queue).toEqual([]);
    expect((await restoredTexts(await openRestore(browser.log, undefined))).sort()).toEqual([
      'message 0',
      'message 1',
      'message 100',
    ]);
  });
});

describe('what the host sees', () => {
  it('is sizes in five steps, numbers and times: no text, no name, no key', async () => {
    const world = makeWorld();
    const browser = makeBrowser(world);
    const secret = 'Wednesday at the old harbour';
    const site = 'https://chat.example';
    browser.add(message(1, secret), {
      kind: 'contact',
      conversationId: bytes16(1),
      personaId: bytes16(2),
      site,
      name: 'Bob',
      peer: 'Bob Harbour',
      peerIdentity: random(32) as never,
      verifiedIdentity: undefined,
      ended: false,
    });
    const seen: string[] = [];
    const fetch: typeof world.around.fetch = (url, init) => {
      const { body, headers } = init;
      seen.push(url, JSON.stringify(headers), body instanceof Uint8Array ? Buffer.from(body).toString('latin1') : '');
      return world.around.fetch(url, init);
    };
    const watched = makeBrowser({ ...world, around: { ...world.around, fetch } });
    watched.queue = browser.queue;
    await uploadQueue({ ...world.around, fetch }, watched.log, watched);
    const all = seen.join('\n');
    for (const part of [secret, site, 'Bob', 'Harbour', 'harbour']) expect(all).not.toContain(part);
    expect([...world.host.blobs].map(([name, { length }]) => [name, length])).toEqual([
      ['manifest', 4096],
      ['s0', 4096],
    ]);
    for (const length of [1, 100, 3900, 4100, 16_200, 17_000, 65_000, 66_000, 262_000, 263_000]) {
      const sized = makeBrowser(makeWorld());
      sized.add(message(1, 'x'.repeat(length)));
      const own = makeWorld();
      const writer = makeBrowser(own);
      writer.queue = sized.queue;
      await uploadQueue(own.around, writer.log, writer);
      expect([4096, 16_384, 65_536, 262_144, 1_048_576]).toContain(own.host.blobs.get('s0')!.length);
    }
  });
});
