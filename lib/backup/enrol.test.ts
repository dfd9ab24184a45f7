import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ByteReader, ByteWriter } from '../bytes/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import type { Lineage } from '../vault-protocol/index.ts';
import { connectBlobHost } from './blob-host.ts';
import { acceptUnfinished, enrol, resumeEnrolment, undoEnrolment } from './enrol.ts';
import { pendingEnrolmentCodec, triesFor } from './enrolment-state.ts';
import { liveBackupCodec } from './live-backup.ts';
import { readPin } from './pin.ts';
import { openRecovery } from './recover.ts';
import { codeOf, failureOf, makeWorld, memoryEnrolment, memoryRecovery, same, type TestWorld } from './test-world.ts';
import { announceHead, checkVaults, deleteRecords, unlockVaults } from './unlock.ts';
import { fetchCodeWrap, forgetWrap, keepWrap, makeRecoveryCode, wrapForCode } from './wraps.ts';

// What a PIN costs is tested in pin.test.ts and against real vaults; here are hundreds of attempts.
vi.mock('../crypto/index.ts', async (original) => {
  const real = await original<typeof import('../crypto/index.ts')>();
  const cheap: typeof real.stretchPassword = (password, salt) =>
    real.stretchPassword(password, salt, { passes: 1, memoryKiB: 8 });
  return { ...real, stretchPassword: cheap };
});

beforeAll(cryptoReady);

const FIRST = readPin('481516');
const SECOND = readPin('902413');
const plan = ({ address, root }: TestWorld, pin = FIRST) => ({ address, root, pin, tries: 6 });
const opens = async (world: TestWorld, pin = FIRST) =>
  openRecovery(world.around, memoryRecovery(), world.address)
    .attempt(pin)
    .then(({ epoch }) => epoch);
const steps = (port: ReturnType<typeof memoryEnrolment>) => port.pending?.vaults.map(({ step }) => step);
const wraps = ({ host }: TestWorld) => [...host.buckets.values()][0]?.blobs.size ?? 0;

describe('enrolment', () => {
  it('does the work that vaults and host ask for', async () => {
    const world = makeWorld({ count: 2, threshold: 2 });
    for (const vault of world.vaults) vault.asksForWork = true;
    world.host.asksForWork = true;
    const live = await enrol(world.around, memoryEnrolment(), plan(world));
    expect([live.epoch, live.standings.length]).toEqual([1, 2]);
    expect(await opens(world)).toBe(1);
  });

  it('changes nothing where a vault does not answer, or lies, before anything is kept', async () => {
    const world = makeWorld({ count: 3, threshold: 2 });
    const port = memoryEnrolment();
    world.vaults[1]!.misbehaviour = 'down';
    const failure = await failureOf(enrol(world.around, port, plan(world)));
    expect([failure.code, failure.details.vaults!.map(({ url }) => url)]).toEqual([
      'VaultUnreachable',
      ['https://vault2.example'],
    ]);
    world.vaults[2]!.misbehaviour = 'unsigned';
    expect(await codeOf(enrol(world.around, port, plan(world)))).toBe('VaultLied');
    expect([port.pending, world.vaults.map(({ records }) => records.size), wraps(world)]).toEqual([
      undefined,
      [0, 0, 0],
      0,
    ]);
  });

  it('refuses a record that is another one’s', async () => {
    const world = makeWorld();
    await enrol(world.around, memoryEnrolment(), plan(world));
    expect(await codeOf(enrol(world.around, memoryEnrolment(), plan(world, SECOND)))).toBe('RecordExists');
    expect(await opens(world)).toBe(1);
  });

  it('resumes without the PIN after a lost answer or a vault that was away, at any step', async () => {
    for (const misbehaviour of ['down', 'losesAnswer'] as const) {
      const world = makeWorld({ count: 3, threshold: 2 });
      const port = memoryEnrolment();
      world.vaults[1]!.misbehaviour = misbehaviour;
      world.vaults[1]!.misbehavesAt = 'finish';
      const failure = await failureOf(enrol(world.around, port, plan(world)));
      expect([failure.code, failure.retry]).toEqual(['EnrolmentUnfinished', 'later']);
      expect(failure.details.vaults!.map(({ problem }) => problem)).toEqual([undefined, 'unreachable', undefined]);
      expect(steps(port)).toEqual(['finished', 'sent', 'finished']);
      expect(await opens(world)).toBe(1);
      expect(await codeOf(acceptUnfinished(port))).toBe('EnrolmentUnfinished');
      world.vaults[1]!.misbehaviour = undefined;
      const live = await resumeEnrolment(world.around, port);
      expect([live!.epoch, port.pending]).toEqual([1, undefined]);
      expect((await unlockVaults(world.around, live!)).vaults.map(({ left }) => left)).toEqual([6, 6, 6]);
    }
  });

  it('has nothing to resume, accept or undo where nothing is pending', async () => {
    const { around } = makeWorld();
    const port = memoryEnrolment();
    expect([
      await resumeEnrolment(around, port),
      await acceptUnfinished(port),
      await undoEnrolment(around, port),
    ]).toEqual([undefined, undefined, undefined]);
  });

  it('begins again with the PIN where a vault forgot the pending record', async () => {
    const world = makeWorld({ count: 2, threshold: 2 });
    const port = memoryEnrolment();
    Object.assign(world.vaults[1]!, { misbehaviour: 'down', misbehavesAt: 'finish' });
    expect(await codeOf(enrol(world.around, port, plan(world)))).toBe('EnrolmentUnfinished');
    world.vaults[1]!.misbehaviour = undefined;
    world.time += 600_000;
    const failure = await failureOf(resumeEnrolment(world.around, port));
    expect([failure.code, failure.retry, steps(port)]).toEqual(['EnrolmentExpired', 'user', ['finished', 'expired']]);
    expect(await codeOf(acceptUnfinished(port))).toBe('EnrolmentUnfinished');
    const live = await enrol(world.around, port, plan(world, SECOND));
    expect([live.epoch, await opens(world, SECOND)]).toEqual([2, 2]);
  });

  it('is done with two of three where the third expired', async () => {
    const world = makeWorld({ count: 3, threshold: 2 });
    const port = memoryEnrolment();
    Object.assign(world.vaults[2]!, { misbehaviour: 'down', misbehavesAt: 'finish' });
    await codeOf(enrol(world.around, port, plan(world)));
    world.vaults[2]!.misbehaviour = undefined;
    world.time += 600_000;
    expect(await codeOf(resumeEnrolment(world.around, port))).toBe('EnrolmentExpired');
    const live = await acceptUnfinished(port);
    expect([port.pending, live!.epoch, await opens(world)]).toEqual([undefined, 1, 1]);
    expect((await enrol(world.around, port, { ...plan(world, SECOND), live: live! })).epoch).toBe(2);
    expect(world.vaults.map(({ records }) => records.size)).toEqual([1, 1, 1]);
  });

  it('is taken back: the records that were finished are deleted', async () => {
    const world = makeWorld({ count: 3, threshold: 2 });
    const port = memoryEnrolment();
    Object.assign(world.vaults[2]!, { misbehaviour: 'losesAnswer', misbehavesAt: 'finish' });
    await codeOf(enrol(world.around, port, plan(world)));
    Object.assign(world.vaults[0]!, { misbehaviour: 'down', misbehavesAt: 'delete' });
    const failure = await failureOf(undoEnrolment(world.around, port));
    expect([failure.code, world.vaults.map(({ records }) => records.size)]).toEqual(['EnrolmentUnfinished', [1, 0, 0]]);
    world.vaults[0]!.misbehaviour = undefined;
    await undoEnrolment(world.around, port);
    expect([port.pending, world.vaults.map(({ records }) => records.size), wraps(world)]).toEqual([
      undefined,
      [0, 0, 0],
      0,
    ]);
  });

  it('keeps nothing that would tell a right PIN from a wrong one', async () => {
    const world = makeWorld({ count: 2, threshold: 2 });
    const port = memoryEnrolment();
    Object.assign(world.vaults[1]!, { misbehaviour: 'down', misbehavesAt: 'finish' });
    await codeOf(enrol(world.around, port, plan(world)));
    expect(Object.keys(port.pending!).sort()).toEqual([
      'address',
      'codeWrap',
      'oldPinWrap',
      'root',
      'sealed',
      'tries',
      'vaults',
      'wrap',
    ]);
    expect(Object.keys(port.pending!.vaults[0]!).sort()).toEqual(['evaluated', 'fresh', 'old', 'step']);
    const writer = new ByteWriter();
    pendingEnrolmentCodec.write(writer, port.pending!);
    const read = pendingEnrolmentCodec.read(new ByteReader(writer.finish(), () => new Error('short')));
    expect(read).toEqual(port.pending);
    expect(same(read.root, world.root)).toBe(true);
  });
});

describe('a new PIN', () => {
  it('needs no old one, replaces it everywhere, and leaves one wrap', async () => {
    const world = makeWorld({ count: 3, threshold: 2 });
    const live = await enrol(world.around, memoryEnrolment(), plan(world));
    const next = await enrol(world.around, memoryEnrolment(), { ...plan(world, SECOND), live });
    expect([next.epoch, await opens(world, SECOND), wraps(world)]).toEqual([2, 2, 1]);
    expect(await codeOf(opens(world, FIRST))).toBe('WrongPin');
    expect((await unlockVaults(world.around, live)).vaults.map(({ problem }) => problem)).toEqual(
      Array(3).fill('otherEpoch'),
    );
  });

  it('leaves one of the two working at every moment, 2 of 3', async () => {
    for (let away = 0; away < 3; away++) {
      const world = makeWorld({ count: 3, threshold: 2 });
      const port = memoryEnrolment();
      const live = await enrol(world.around, port, plan(world));
      Object.assign(world.vaults[away]!, { misbehaviour: 'down', misbehavesAt: 'renewFinish' });
      expect(await codeOf(enrol(world.around, port, { ...plan(world, SECOND), live }))).toBe('EnrolmentUnfinished');
      expect(await opens(world, SECOND)).toBe(2);
      expect(await codeOf(undoEnrolment(world.around, port))).toBe('EnrolmentNotUndoable');
      world.vaults[away]!.misbehaviour = undefined;
      expect((await resumeEnrolment(world.around, port))!.epoch).toBe(2);
    }
  });

  it('goes on after it was replaced somewhere and forgotten elsewhere', async () => {
    const world = makeWorld({ count: 2, threshold: 2 });
    const port = memoryEnrolment();
    const live = await enrol(world.around, port, plan(world));
    Object.assign(world.vaults[1]!, { misbehaviour: 'losesAnswer', misbehavesAt: 'renewFinish' });
    await codeOf(enrol(world.around, port, { ...plan(world, SECOND), live }));
    world.vaults[1]!.misbehaviour = undefined;
    // Not resumed, but chosen once more: each vault knows one of the tokens.
    const again = await enrol(world.around, port, { ...plan(world, readPin('730158')), live });
    expect([again.epoch, await opens(world, readPin('730158'))]).toEqual([3, 3]);
  });

  it('is a first one under another locator, and never takes over another pending one', async () => {
    const world = makeWorld({ count: 2, threshold: 2 });
    const port = memoryEnrolment();
    const live = await enrol(world.around, port, plan(world));
    const moved = { ...world.address, locator: world.around.random(16) as typeof world.address.locator };
    const next = await enrol(world.around, port, { ...plan(world, SECOND), address: moved, live });
    expect([next.epoch, world.vaults.map(({ records }) => records.size)]).toEqual([1, [2, 2]]);
    Object.assign(world.vaults[1]!, { misbehaviour: 'down', misbehavesAt: 'renewFinish' });
    await codeOf(enrol(world.around, port, { ...plan(world, SECOND), live }));
    await expect(enrol(world.around, port, { ...plan(world), address: moved })).rejects.toThrow(RangeError);
    expect(steps(port)).toEqual(['finished', 'sent']);
  });

  it('enrols anew at a vault that lost the record', async () => {
    const world = makeWorld({ count: 2, threshold: 1 });
    const live = await enrol(world.around, memoryEnrolment(), plan(world));
    world.vaults[0]!.records.clear();
    expect((await enrol(world.around, memoryEnrolment(), { ...plan(world, SECOND), live })).epoch).toBe(2);
    expect(await opens(world, SECOND)).toBe(2);
  });
});

describe('what a live browser may do', () => {
  it('tells the vaults of a manifest, hears of the newest, and leaves a newer one alone', async () => {
    const world = makeWorld({ count: 2, threshold: 2 });
    const live = await enrol(world.around, memoryEnrolment(), plan(world));
    const hash = new Uint8Array(32).fill(5) as Parameters<typeof announceHead>[2]['hash'];
    world.vaults[1]!.misbehaviour = 'down';
    const told = await announceHead(world.around, live, { version: 3, hash });
    expect(told.map(({ problem }) => problem)).toEqual([undefined, 'unreachable']);
    world.vaults[1]!.misbehaviour = undefined;
    const older = await announceHead(world.around, live, { version: 2, hash });
    expect(older.map(({ problem }) => problem)).toEqual([undefined, undefined]);
    expect((await unlockVaults(world.around, live)).head).toEqual({ version: 3, hash });
  });

  it('finds out that a vault lost its keys', async () => {
    const world = makeWorld({ count: 2, threshold: 2 });
    const live = await enrol(world.around, memoryEnrolment(), plan(world));
    expect((await checkVaults(world.around, live)).renew).toBe(false);
    world.vaults[1]!.lineage = new Uint8Array(16) as Uint8Array as Lineage;
    world.vaults[0]!.misbehaviour = 'down';
    const checked = await checkVaults(world.around, live);
    expect([checked.renew, checked.vaults.map(({ problem }) => problem)]).toEqual([true, ['unreachable', 'gone']]);
    expect(checked.standings).toEqual(live.standings);
  });

  it('deletes its records', async () => {
    const world = makeWorld({ count: 2, threshold: 2 });
    const live = await enrol(world.around, memoryEnrolment(), plan(world));
    world.vaults[0]!.misbehaviour = 'down';
    expect((await deleteRecords(world.around, live)).map(({ problem }) => problem)).toEqual(['unreachable', undefined]);
    expect(world.vaults.map(({ records }) => records.size)).toEqual([1, 0]);
  });

  it('is kept as it was', async () => {
    const world = makeWorld({ count: 2, threshold: 2 });
    const live = await enrol(world.around, memoryEnrolment(), plan(world));
    const writer = new ByteWriter();
    liveBackupCodec.write(writer, live);
    expect(liveBackupCodec.read(new ByteReader(writer.finish(), () => new Error('short')))).toEqual(live);
    expect(Object.keys(live).sort()).toEqual(['address', 'codeWrap', 'epoch', 'pinWrap', 'root', 'standings']);
  });
});

describe('the recovery code', () => {
  it('opens without a PIN and without any vault, until it is replaced', async () => {
    const world = makeWorld();
    await enrol(world.around, memoryEnrolment(), plan(world));
    const { locator } = world.address;
    const host = connectBlobHost(world.around, world.host.url);
    const [code, next] = [makeRecoveryCode(world.around.random), makeRecoveryCode(world.around.random)];
    const wrap = wrapForCode(world.root, locator, code, world.around.random);
    await keepWrap(host, world.root, locator, wrap);
    await keepWrap(host, world.root, locator, wrap);
    world.vaults[0]!.misbehaviour = 'down';
    const { root, name } = await fetchCodeWrap(host, locator, code);
    expect(same(root, world.root)).toBe(true);
    expect(await codeOf(fetchCodeWrap(host, locator, next))).toBe('WrapMissing');
    await forgetWrap(host, root, locator, name);
    expect(await codeOf(fetchCodeWrap(host, locator, code))).toBe('WrapMissing');
  });
});

describe('the tries of a record', () => {
  it('leave at most twelve guesses to who holds one vault less than it takes, where that leaves a person three', () => {
    const shapes = [
      [1, 1],
      [2, 3],
      [2, 2],
      [3, 5],
      [1, 3],
      [2, 16],
    ] as const;
    expect(shapes.map(([t, n]) => triesFor(t, n))).toEqual([10, 6, 10, 4, 4, 3]);
  });
});
