import { beforeAll, describe, expect, it, vi } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import type { VaultIdentityKey } from '../vault-protocol/index.ts';
import { connectBlobHost } from './blob-host.ts';
import { enrol } from './enrol.ts';
import { readPin } from './pin.ts';
import { openRecovery } from './recover.ts';
import { codeOf, failureOf, makeWorld, memoryEnrolment, memoryRecovery, same, type TestWorld } from './test-world.ts';
import { unlockVaults } from './unlock.ts';
import { fetchPinWrap } from './wraps.ts';

// What a PIN costs is tested in pin.test.ts and against real vaults; here are hundreds of attempts.
vi.mock('../crypto/index.ts', async (original) => {
  const real = await original<typeof import('../crypto/index.ts')>();
  const cheap: typeof real.stretchPassword = (password, salt) =>
    real.stretchPassword(password, salt, { passes: 1, memoryKiB: 8 });
  return { ...real, stretchPassword: cheap };
});

beforeAll(cryptoReady);

const RIGHT = readPin('481516');
const WRONG = readPin('481517');
const OTHER = readPin('902413');

async function enrolled(count: number, threshold: number, tries = 6) {
  const world = makeWorld({ count, threshold });
  const plan = { address: world.address, root: world.root, pin: RIGHT, tries };
  const live = await enrol(world.around, memoryEnrolment(), plan);
  return { world, live };
}

function begin(world: TestWorld, port = memoryRecovery()) {
  return { port, recovery: openRecovery(world.around, port, world.address) };
}

const charges = ({ vaults }: TestWorld) => vaults.map(({ charged }) => charged);
const problems = (vaults: readonly { problem: string | undefined }[]) => vaults.map(({ problem }) => problem);

describe('recovery from one vault', () => {
  it('gives the root key back for the right PIN', async () => {
    const { world, live } = await enrolled(1, 1);
    const { keys, epoch } = await begin(world).recovery.attempt(RIGHT);
    expect(epoch).toBe(1);
    expect(same(keys.unlocks[0]!, live.standings[0]!.unlock)).toBe(true);
    const host = connectBlobHost(world.around, world.host.url);
    const root = await fetchPinWrap(host, world.address.locator, keys.wrapName, keys.pinKey);
    expect(same(root, world.root)).toBe(true);
  });

  it('counts a wrong PIN, says how many are left, and charges the same PIN once', async () => {
    const { world } = await enrolled(1, 1, 5);
    const { recovery } = begin(world);
    for (let round = 0; round < 2; round++) {
      const failure = await failureOf(recovery.attempt(WRONG));
      expect(failure.code).toBe('WrongPin');
      expect(failure.retry).toBe('user');
      expect(failure.details.left).toEqual({ atLeast: 4, exact: true });
      expect(failure.details.vaults).toMatchObject([{ left: 4, problem: undefined, url: 'https://vault1.example' }]);
      expect(charges(world)).toEqual([1]);
    }
    expect(await codeOf(recovery.attempt(OTHER))).toBe('WrongPin');
    expect(charges(world)).toEqual([2]);
    expect((await recovery.standing())[0]).toMatchObject({ left: 3, problem: undefined });
  });

  it('waits where the vault wants it, and is locked when all is used up', async () => {
    const { world } = await enrolled(1, 1, 4);
    const { recovery } = begin(world);
    for (const pin of ['100317', '100318', '100319'])
      expect(await codeOf(recovery.attempt(readPin(pin)))).toBe('WrongPin');
    const soon = await failureOf(recovery.attempt(RIGHT));
    expect([soon.code, soon.retry, soon.details.nextAt]).toEqual(['TooSoon', 'later', world.time + 60_000]);
    world.time += 60_000;
    const last = await failureOf(recovery.attempt(WRONG));
    expect([last.code, last.details.left]).toEqual(['WrongPin', { atLeast: 0, exact: true }]);
    expect(last.details.nextAt).toBeUndefined();
    world.time += 24 * 60 * 60_000;
    expect(await codeOf(recovery.attempt(RIGHT))).toBe('Locked');
    world.vaults[0]!.records.clear();
    const gone = await failureOf(recovery.attempt(RIGHT));
    expect([gone.code, gone.retry]).toEqual(['Gone', 'never']);
  });

  it('names an unreachable, a slow and a lying vault', async () => {
    const { world } = await enrolled(1, 1);
    const { recovery } = begin(world);
    const [vault] = world.vaults;
    for (const [misbehaviour, code] of [
      ['down', 'VaultUnreachable'],
      ['proxyError', 'VaultUnreachable'],
      ['slow', 'VaultUnreachable'],
      ['endless', 'VaultUnreachable'],
      ['unsigned', 'VaultLied'],
      ['wrongKey', 'VaultLied'],
      ['replays', 'VaultLied'],
      ['nonsense', 'VaultLied'],
      ['garbageElement', 'VaultLied'],
    ] as const) {
      vault!.misbehaviour = misbehaviour;
      expect(await codeOf(recovery.attempt(RIGHT)), misbehaviour).toBe(code);
    }
    vault!.misbehaviour = undefined;
    await recovery.attempt(RIGHT);
    // All of it was one attempt with one blinded element.
    expect(charges(world)).toEqual([1]);
  });

  it('takes no other vault for the pinned one', async () => {
    const { world } = await enrolled(1, 1);
    const imposter = makeWorld().vaults[0]!;
    const vaults = [{ url: world.vaults[0]!.url, identityKey: imposter.identityKey }];
    const recovery = openRecovery(world.around, memoryRecovery(), { ...world.address, vaults });
    expect(await codeOf(recovery.attempt(RIGHT))).toBe('VaultLied');
  });

  it('repeats the same element after a crash: a lost answer costs nothing, and the memory holds no element', async () => {
    const { world } = await enrolled(1, 1, 3);
    const [vault] = world.vaults;
    const { port, recovery } = begin(world);
    vault!.misbehaviour = 'losesAnswer';
    expect(await codeOf(recovery.attempt(RIGHT))).toBe('VaultUnreachable');
    expect(port.memory!.seed).toHaveLength(32);
    vault!.misbehaviour = undefined;
    // Another process: all that is left is what was kept.
    await begin(world, port).recovery.attempt(RIGHT);
    expect(charges(world)).toEqual([1]);
    expect(port.memory!.seed).toBeUndefined();
  });

  it('forgets the seed once the answer is there, and draws another for the next PIN', async () => {
    const { world } = await enrolled(1, 1, 6);
    const { port } = begin(world);
    await codeOf(begin(world, port).recovery.attempt(WRONG));
    expect(port.memory!.seed).toBeUndefined();
    await codeOf(begin(world, port).recovery.attempt(WRONG));
    expect(charges(world)).toEqual([2]);
  });

  it('throws what is not a failure of a vault', async () => {
    const { world } = await enrolled(1, 1);
    const around = { ...world.around, random: () => new Uint8Array(3) };
    await expect(openRecovery(around, memoryRecovery(), world.address).attempt(RIGHT)).rejects.toThrow(RangeError);
  });
});

describe('recovery from two of three vaults', () => {
  it('asks two, and the third only where one fails', async () => {
    const { world } = await enrolled(3, 2);
    await begin(world).recovery.attempt(RIGHT);
    expect(charges(world)).toEqual([1, 1, 0]);
    world.vaults[0]!.misbehaviour = 'down';
    const { vaults } = await begin(world).recovery.attempt(RIGHT);
    expect(problems(vaults)).toEqual(['unreachable', undefined, undefined]);
    expect(charges(world)).toEqual([1, 2, 1]);
  });

  it('leaves a person more tries than any one vault has: it asks those with the most left', async () => {
    const { world } = await enrolled(3, 2, 6);
    const { recovery } = begin(world);
    const lefts = [];
    for (let round = 0; round < 4; round++) {
      const failure = await failureOf(recovery.attempt(readPin(`44813${round}`)));
      expect(failure.code).toBe('WrongPin');
      lefts.push(failure.details.left);
    }
    expect(lefts).toEqual([
      { atLeast: 5, exact: false },
      { atLeast: 7, exact: true },
      { atLeast: 6, exact: true },
      { atLeast: 5, exact: true },
    ]);
    expect(charges(world).sort()).toEqual([2, 3, 3]);
  });

  it('names a vault that evaluates wrongly, when the right PIN is typed once more', async () => {
    const { world } = await enrolled(3, 2);
    world.vaults[1]!.misbehaviour = 'otherElement';
    const { recovery } = begin(world);
    expect(await codeOf(recovery.attempt(RIGHT))).toBe('WrongPin');
    const { vaults } = await recovery.attempt(RIGHT);
    expect(problems(vaults)).toEqual([undefined, 'lied', undefined]);
    expect(charges(world)).toEqual([1, 1, 1]);
  });

  it.each(['otherSealed', 'otherShare'] as const)(
    'asks the third at once where one gives another sealed part: %s',
    async (lie) => {
      const { world } = await enrolled(3, 2);
      world.vaults[0]!.misbehaviour = lie;
      const { vaults } = await begin(world).recovery.attempt(RIGHT);
      expect(problems(vaults)).toEqual(['lied', undefined, undefined]);
      expect(charges(world)).toEqual([1, 1, 1]);
    },
  );

  it.each(['unsigned', 'wrongKey', 'garbageElement', 'nonsense'] as const)(
    'does without one that lies openly: %s',
    async (lie) => {
      const { world } = await enrolled(3, 2);
      world.vaults[0]!.misbehaviour = lie;
      const { vaults } = await begin(world).recovery.attempt(RIGHT);
      expect(problems(vaults)).toEqual(['lied', undefined, undefined]);
    },
  );

  it('does without a slow one', async () => {
    const { world } = await enrolled(3, 2);
    world.vaults[1]!.misbehaviour = 'slow';
    expect(problems((await begin(world).recovery.attempt(RIGHT)).vaults)).toEqual([
      undefined,
      'unreachable',
      undefined,
    ]);
  });

  it('fails with two down, and says which', async () => {
    const { world } = await enrolled(3, 2);
    world.vaults[0]!.misbehaviour = 'down';
    world.vaults[2]!.misbehaviour = 'unsigned';
    const { recovery } = begin(world);
    const failure = await failureOf(recovery.attempt(RIGHT));
    expect([failure.code, failure.retry]).toEqual(['NotEnoughVaults', 'later']);
    expect(problems(failure.details.vaults!)).toEqual(['unreachable', undefined, 'lied']);
    world.vaults[2]!.misbehaviour = undefined;
    await recovery.attempt(RIGHT);
    expect(charges(world)).toEqual([0, 1, 1]);
  });

  it('tells locked, gone and too soon from vaults that do not answer', async () => {
    const { world } = await enrolled(3, 2, 4);
    const { recovery } = begin(world);
    const [first, second, third] = world.vaults.map(({ records }) => [...records.values()][0]!);
    first!.left = second!.left = 0;
    expect(await codeOf(recovery.attempt(RIGHT))).toBe('Locked');
    first!.left = 4;
    third!.nextAt = world.time + 1000;
    const soon = await failureOf(recovery.attempt(WRONG));
    expect([soon.code, soon.details.nextAt]).toEqual(['TooSoon', world.time + 1000]);
    expect(problems(soon.details.vaults!)).toEqual([undefined, 'locked', 'tooSoon']);
    world.vaults[1]!.records.clear();
    world.vaults[2]!.records.clear();
    expect(await codeOf(begin(world).recovery.attempt(RIGHT))).toBe('Gone');
    world.vaults[0]!.misbehaviour = 'down';
    expect(await codeOf(begin(world).recovery.attempt(RIGHT))).toBe('Gone');
  });

  it('names vaults that hold different enrolments, and finds the pair that agrees', async () => {
    const { world, live } = await enrolled(3, 2);
    const kept = world.vaults.map(({ records }) => new Map([...records].map(([id, record]) => [id, { ...record }])));
    const plan = { address: world.address, root: world.root, pin: OTHER, tries: 6, live };
    await enrol(world.around, memoryEnrolment(), plan);
    const restore = (index: number) => {
      for (const [id, record] of kept[index]!) world.vaults[index]!.records.set(id, record);
    };
    restore(0);
    const { vaults, epoch } = await begin(world).recovery.attempt(OTHER);
    expect(problems(vaults)).toEqual(['otherEpoch', undefined, undefined]);
    expect(epoch).toBe(2);
    world.vaults[2]!.misbehaviour = 'down';
    expect(await codeOf(begin(world).recovery.attempt(OTHER))).toBe('EpochMismatch');
    world.vaults[2]!.misbehaviour = undefined;
    restore(1);
    expect((await begin(world).recovery.attempt(RIGHT)).epoch).toBe(1);
  });

  it('takes no sealed part of another set of vaults or another threshold', async () => {
    const { world } = await enrolled(3, 2);
    const fewer = openRecovery(world.around, memoryRecovery(), { ...world.address, threshold: 1 });
    expect(await codeOf(fewer.attempt(RIGHT))).toBe('NotEnoughVaults');
    const [a, b, c] = world.address.vaults;
    const turned = openRecovery(world.around, memoryRecovery(), { ...world.address, vaults: [b!, a!, c!] });
    expect(await codeOf(turned.attempt(RIGHT))).toBe('NotEnoughVaults');
    const twice = { ...world.address, vaults: [a!, a!, c!] };
    expect(() => openRecovery(world.around, memoryRecovery(), twice)).toThrow('VaultSetInvalid');
    const none = { ...a!, identityKey: new Uint8Array(33) as VaultIdentityKey };
    expect(
      await codeOf(
        openRecovery(world.around, memoryRecovery(), { ...world.address, threshold: 1, vaults: [none] }).attempt(RIGHT),
      ),
    ).toBe('VaultLied');
  });

  it('fills the tries of all three up again afterwards', async () => {
    const { world } = await enrolled(3, 2, 6);
    const { recovery } = begin(world);
    await codeOf(recovery.attempt(WRONG));
    const { keys } = await recovery.attempt(RIGHT);
    const standings = keys.unlocks.map((unlock) => ({ unlock, lineage: undefined }));
    world.vaults[2]!.misbehaviour = 'down';
    const { vaults, head } = await unlockVaults(world.around, { address: world.address, standings });
    expect(vaults.map(({ left, problem }) => problem ?? left)).toEqual([6, 6, 'unreachable']);
    expect(head).toBeUndefined();
    const wrong = standings.map(() => standings[0]!);
    const refused = await unlockVaults(world.around, { address: world.address, standings: wrong });
    expect(problems(refused.vaults)).toEqual([undefined, 'otherEpoch', 'unreachable']);
  });
});
