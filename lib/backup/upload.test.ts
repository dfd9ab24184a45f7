import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import { fetchManifest } from './log.ts';
import { NO_LOG_STATE } from './log-state.ts';
import { encodeRecord } from './records.ts';
import { openRestore, readUnread } from './restore.ts';
import { makeBrowser, message, restoredTexts, type TestBrowser, textsOf } from './test-log.ts';
import { codeOf, failureOf, makeWorld, type TestWorld } from './test-world.ts';
import { beginEpoch, isUploadDue, uploadQueue } from './upload.ts';

beforeAll(cryptoReady);

const upload = ({ around }: TestWorld, browser: TestBrowser) => uploadQueue(around, browser.log, browser);
const restored = async (browser: TestBrowser) => restoredTexts(await openRestore(browser.log, undefined));
const segments = ({ host }: TestWorld) => [...host.blobs.keys()].filter((name) => name !== 'manifest').sort();

describe('uploading the queue', () => {
  it('puts the records into one padded segment, and empties the queue', async () => {
    const world = makeWorld();
    const browser = makeBrowser(world);
    browser.add(message(1), message(2));
    const { uploaded, head, unread } = await upload(world, browser);
    expect([uploaded, head.version, unread, browser.queue]).toEqual([2, 2, [], []]);
    expect(segments(world)).toEqual(['s0']);
    expect([...world.host.blobs.values()].map(({ length }) => length)).toEqual([4096, 4096]);
    expect(await restored(browser)).toEqual(['message 2', 'message 1']);
    expect(browser.state!.pending).toBeUndefined();
    expect((await upload(world, browser)).uploaded).toBe(0);
  });

  it('cuts what is more than a segment holds, and takes records of any size up to the longest', async () => {
    const world = makeWorld();
    const browser = makeBrowser(world);
    const long = 'x'.repeat(400 * 1024);
    for (let i = 1; i <= 5; i++) browser.add(message(i, `${i}${long}`));
    expect((await upload(world, browser)).uploaded).toBe(5);
    expect(segments(world)).toEqual(['s0', 's1', 's2']);
    expect((await restored(browser)).map(([first]) => first)).toEqual(['5', '4', '3', '2', '1']);
  });

  it('does the work that a first write takes', async () => {
    const world = makeWorld();
    world.host.asksForWork = true;
    const browser = makeBrowser(world);
    browser.add(message(1));
    expect((await upload(world, browser)).uploaded).toBe(1);
  });

  it.each(['before', 'after'] as const)('loses and repeats nothing after a crash %s any request', async (when) => {
    const requests = ['GET manifest', 'PUT manifest', 'PUT s0', 'PUT manifest'];
    for (const [crashAt, request] of requests.entries()) {
      const world = makeWorld();
      let count = 0;
      // The process dies at its request: what it still waits for never comes.
      const fetch = async (url: string, init: RequestInit): Promise<Response> => {
        const dies = count++ === crashAt;
        if (dies) expect(`${init.method} ${url.split('/').at(-1)}`).toBe(request);
        if (!dies || when === 'after') {
          const answer = await world.around.fetch(url, init);
          if (!dies) return answer;
        }
        return dead();
      };
      let dead = () => new Promise<Response>(() => undefined);
      const wait = () => new Promise<void>(() => undefined);
      const dying = makeBrowser({ ...world, around: { ...world.around, fetch, wait } });
      dying.add(message(1), message(2));
      await new Promise<void>((resolve) => {
        const hang = dead;
        dead = () => {
          resolve();
          return hang();
        };
        void uploadQueue({ ...world.around, fetch, wait }, dying.log, dying);
      });
      const next = makeBrowser(world);
      next.state = dying.state;
      next.queue = [...dying.queue, { order: 3, record: encodeRecord(message(3)) }];
      await upload(world, next);
      expect(await restored(next), request).toEqual(['message 3', 'message 2', 'message 1']);
      expect(next.queue).toEqual([]);
    }
  });

  it('tries again after a moment, then says when', async () => {
    const world = makeWorld();
    const browser = makeBrowser(world);
    browser.add(message(1));
    let failures = 2;
    world.host.before = () => {
      if (failures-- > 0) throw new TypeError('Failed to fetch');
    };
    expect((await upload(world, browser)).uploaded).toBe(1);
    world.host.before = undefined;
    world.host.isDown = true;
    browser.add(message(2));
    const waits = [];
    for (let round = 0; round < 3; round++) {
      const failure = await failureOf(upload(world, browser));
      expect([failure.code, failure.retry]).toEqual(['HostUnreachable', 'later']);
      expect(browser.state!.failures).toBe(round + 1);
      waits.push(browser.state!.retryAt - world.time);
      expect(failure.details.nextAt).toBe(browser.state!.retryAt);
    }
    for (const [round, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(4000 * 2 ** round);
      expect(wait).toBeLessThanOrEqual(8000 * 2 ** round);
    }
    expect(isUploadDue({ bytes: 1e6, lastAt: 0 }, browser.state, world.time)).toBe(false);
    expect(isUploadDue({ bytes: 1e6, lastAt: 0 }, browser.state, browser.state!.retryAt)).toBe(true);
    world.host.isDown = false;
    expect((await upload(world, browser)).uploaded).toBe(1);
    expect([browser.state!.failures, browser.state!.retryAt]).toEqual([0, 0]);
  });

  it('is due after thirty quiet seconds or at 64 KiB, and never for nothing', () => {
    const due = (bytes: number, idle: number) => isUploadDue({ bytes, lastAt: 1000 }, NO_LOG_STATE, 1000 + idle);
    expect([due(0, 1e9), due(1, 29_999), due(1, 30_000), due(65_535, 0), due(65_536, 0)]).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
    expect(isUploadDue({ bytes: 65_536, lastAt: 0 }, undefined, 0)).toBe(true);
  });

  it('names a full quota, a foreign key and a clock that is off, and keeps the queue', async () => {
    const world = makeWorld();
    const browser = makeBrowser(world);
    browser.add(message(1));
    await upload(world, browser);
    browser.add(message(2));
    world.host.quota = 8192;
    const full = await failureOf(upload(world, browser));
    expect([full.code, full.details.used, full.details.quota]).toEqual(['QuotaFull', 8192, 8192]);
    world.host.quota = 1e9;
    const stranger = {
      ...browser,
      log: { ...browser.log, keys: { ...makeBrowser(makeWorld()).log.keys, bucket: browser.log.keys.bucket } },
    };
    stranger.state = undefined;
    expect(await codeOf(stranger.log.host.write(stranger.log.keys, 'x', new Uint8Array(1)))).toBe('NotYours');
    // A clock that is an hour off is put right once; one that moves on is not.
    world.host.offset = 3_600_000;
    expect((await upload(world, browser)).uploaded).toBe(1);
    browser.add(message(3));
    world.host.before = () => {
      world.host.offset += 3_600_000;
    };
    const skewed = await failureOf(upload(world, browser));
    expect([skewed.code, skewed.details.time]).toEqual(['ClockSkew', world.time + world.host.offset]);
    expect(browser.queue).toHaveLength(1);
  });
});

describe('two browsers on one log', () => {
  it('both write, and neither loses anything', async () => {
    const world = makeWorld();
    const [one, other] = [makeBrowser(world), makeBrowser(world)];
    one.add(message(1));
    await upload(world, one);
    other.add(message(100));
    expect((await upload(world, other)).unread).toEqual([0]);
    one.add(message(2));
    expect((await upload(world, one)).unread).toEqual([1]);
    expect(await restored(one)).toEqual(['message 2', 'message 100', 'message 1']);
    const read = [];
    for await (const segment of readUnread(one.log, one)) read.push(...textsOf(segment));
    expect([read, one.state!.unread]).toEqual([['message 100'], []]);
  });

  it('both write at the same time, many times', async () => {
    const world = makeWorld();
    const browsers = [makeBrowser(world), makeBrowser(world), makeBrowser(world)];
    for (let round = 0; round < 6; round++) {
      for (const [i, browser] of browsers.entries()) browser.add(message(round * 3 + i));
      await Promise.all(browsers.map((browser) => upload(world, browser)));
    }
    const texts = await restored(browsers[0]!);
    expect(texts.sort()).toEqual(Array.from({ length: 18 }, (_, i) => `message ${i}`).sort());
  });

  it('counts a segment whose writer died before it told the manifest', async () => {
    const world = makeWorld();
    const [one, other] = [makeBrowser(world), makeBrowser(world)];
    one.add(message(1));
    await upload(world, one);
    await upload(world, other);
    world.host.before = (method, name) => {
      if (method === 'PUT' && name === 'manifest') throw new TypeError('Failed to fetch');
    };
    one.add(message(2));
    await codeOf(upload(world, one));
    world.host.before = undefined;
    other.add(message(100));
    expect((await upload(world, other)).unread).toEqual([0, 1]);
    expect(await restored(one)).toEqual(['message 100', 'message 2', 'message 1']);
    expect((await upload(world, one)).uploaded).toBe(1);
    expect(one.state!.unread).toEqual([2]);
    expect(await restored(one)).toEqual(['message 100', 'message 2', 'message 1']);
  });

  it('writes behind a segment that nobody can open, and reading names it', async () => {
    const world = makeWorld();
    const browser = makeBrowser(world);
    browser.add(message(1));
    await upload(world, browser);
    await browser.log.host.write(browser.log.keys, 's1', new Uint8Array(4096));
    browser.add(message(2));
    await upload(world, browser);
    expect(await restored(browser)).toEqual(['message 2', 'altered 1', 'message 1']);
  });

  it('goes on in the epoch that another began', async () => {
    const world = makeWorld();
    const [one, other] = [makeBrowser(world), makeBrowser(world)];
    one.add(message(1));
    await upload(world, one);
    await upload(world, other);
    const head = await beginEpoch(world.around, one.log, one);
    expect(head.version).toBe(3);
    other.add(message(100));
    await upload(world, other);
    one.add(message(2));
    await upload(world, one);
    const { manifest } = (await fetchManifest(one.log, undefined))!;
    expect([manifest.epochs.newest, manifest.epochs.links.length]).toEqual([1, 2]);
    expect(await restored(other)).toEqual(['message 2', 'message 100', 'message 1']);
  });
});

describe('a host that puts an older manifest back', () => {
  it('is named, and nothing is written over it', async () => {
    const world = makeWorld();
    const browser = makeBrowser(world);
    browser.add(message(1));
    const { head } = await upload(world, browser);
    const [bucket] = world.host.buckets.values();
    const old = new Map(bucket!.blobs);
    browser.add(message(2));
    const { head: newer } = await upload(world, browser);
    bucket!.blobs.clear();
    for (const [name, bytes] of old) bucket!.blobs.set(name, bytes);
    bucket!.version = 2;
    browser.add(message(3));
    const failure = await failureOf(upload(world, browser));
    expect([failure.code, failure.details.expected, failure.details.found]).toEqual([
      'ManifestRolledBack',
      newer,
      head,
    ]);
    expect(browser.queue).toHaveLength(1);
    // A new browser knows the newest head from the vaults: it reads what there is, and is told.
    const restore = await openRestore(browser.log, newer);
    expect(restore.opened.expected).toEqual(newer);
    expect(await restoredTexts(restore)).toEqual(['message 1']);
    const stranger = makeBrowser(world);
    expect(await codeOf(uploadQueue(world.around, stranger.log, stranger, newer))).toBe('ManifestRolledBack');
    expect((await openRestore(browser.log, head)).opened.expected).toBeUndefined();
    bucket!.blobs.clear();
    expect(await codeOf(openRestore(browser.log, newer))).toBe('ManifestMissing');
    expect(await codeOf(openRestore(browser.log, undefined))).toBe('ManifestMissing');
  });
});
