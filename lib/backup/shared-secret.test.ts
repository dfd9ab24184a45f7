import { beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeBase64Url, equalBytes } from '../bytes/index.ts';
import { blindInput, cryptoReady, finalizeOprf, type OprfOutput, type StretchedPassword } from '../crypto/index.ts';
import { enrol } from './enrol.ts';
import { readPin, stretchPin } from './pin.ts';
import { reconstruct } from './reconstruct.ts';
import { openSecret, unlockTagOf, unmaskShare } from './shared-secret.ts';
import { evaluate, type TestRecord } from './test-vault.ts';
import { makeWorld, memoryEnrolment, random, type TestWorld } from './test-world.ts';

// What a PIN costs is tested in pin.test.ts and against real vaults; here are hundreds of attempts.
vi.mock('../crypto/index.ts', async (original) => {
  const real = await original<typeof import('../crypto/index.ts')>();
  const cheap: typeof real.stretchPassword = (password, salt) =>
    real.stretchPassword(password, salt, { passes: 1, memoryKiB: 8 });
  return { ...real, stretchPassword: cheap };
});

beforeAll(cryptoReady);

const PINS = ['481516', '481517', '902413'].map((pin) => readPin(pin));

async function enrolled(count: number, threshold: number) {
  const world = makeWorld({ count, threshold });
  await enrol(world.around, memoryEnrolment(), { address: world.address, root: world.root, pin: PINS[0]!, tries: 6 });
  return world;
}

/** All that a vault has: its database row, and its key out of the HSM. */
const stateOf = ({ vaults }: TestWorld, index: number): TestRecord => [...vaults[index]!.records.values()][0]!;

/** What a vault's key gives for a guess: its owner needs nobody for that. */
async function outputOf({ key }: TestRecord, stretched: StretchedPassword): Promise<OprfOutput> {
  const { blind, blinded } = blindInput(stretched.reveal(), random);
  return finalizeOprf(stretched.reveal(), blind, await evaluate(key, blinded))!;
}

describe('who holds everything that vaults have', () => {
  it('with one of two, no function of it tells the right PIN from a wrong one: every guess gives a share, and none a check', async () => {
    const world = await enrolled(3, 2);
    const { locator } = world.address;
    const record = stateOf(world, 0);
    const { sealed } = record;
    for (const pin of PINS) {
      const stretched = stretchPin(pin, locator);
      const share = unmaskShare(sealed, 1, await outputOf(record, stretched))!;
      // A guess gives a scalar, whatever it is; and to every such scalar there are shares of the others, for any secret.
      expect(share.share).toHaveLength(32);
      // All that could be tested with it: that the share is the secret, or its commitment; the tag of an unlock token.
      expect(openSecret(locator, sealed, stretched, [share])).toBeUndefined();
      for (const place of [2, 3]) {
        const pretended = unmaskShare(sealed, place, await outputOf(record, stretched))!;
        expect(openSecret(locator, sealed, stretched, [share, pretended])).toBeUndefined();
      }
      expect(
        reconstruct(locator, stretched, [{ index: 0, output: await outputOf(record, stretched), sealed }]),
      ).toEqual({ kind: 'split' });
    }
  });

  it('with two of two, the right PIN is told from wrong ones, one Argon2id a guess', async () => {
    const world = await enrolled(3, 2);
    const { locator } = world.address;
    const opened = [];
    for (const pin of PINS) {
      const stretched = stretchPin(pin, locator);
      const parts = [];
      for (const index of [0, 2]) {
        const record = stateOf(world, index);
        parts.push({ index, output: await outputOf(record, stretched), sealed: record.sealed });
      }
      opened.push(reconstruct(locator, stretched, parts).kind);
    }
    expect(opened).toEqual(['opened', 'wrong', 'wrong']);
  });

  it('with one of one, too: that is what a single vault is', async () => {
    const world = await enrolled(1, 1);
    const record = stateOf(world, 0);
    const kinds = [];
    for (const pin of PINS) {
      const stretched = stretchPin(pin, world.address.locator);
      const output = await outputOf(record, stretched);
      kinds.push(reconstruct(world.address.locator, stretched, [{ index: 0, output, sealed: record.sealed }]).kind);
    }
    expect(kinds).toEqual(['opened', 'wrong', 'wrong']);
  });

  it('can not link two vaults’ records by anything but what is the same for all: the sealed part', async () => {
    const world = await enrolled(2, 2);
    const [one, other] = world.vaults.map(({ records }) => [...records.keys()][0]!);
    expect(decodeBase64Url(one!)).toHaveLength(16);
    expect(one).not.toBe(other);
    expect(equalBytes(stateOf(world, 0).unlockTag, stateOf(world, 1).unlockTag)).toBe(false);
  });
});

describe('the commitment', () => {
  it('binds locator, threshold, vaults, epoch and every share', async () => {
    const world = await enrolled(3, 2);
    const { locator } = world.address;
    const stretched = stretchPin(PINS[0]!, locator);
    const records = [0, 1, 2].map((index) => stateOf(world, index));
    const { sealed } = records[0]!;
    const shares = [
      unmaskShare(sealed, 1, await outputOf(records[0]!, stretched))!,
      unmaskShare(sealed, 2, await outputOf(records[1]!, stretched))!,
    ];
    const keys = openSecret(locator, sealed, stretched, shares)!;
    expect(keys.unlocks.map((unlock) => unlockTagOf(unlock))).toEqual(records.map(({ unlockTag }) => unlockTag));
    const turned = [sealed.shares[0]!, sealed.shares[2]!, sealed.shares[1]!];
    for (const wrong of [
      { ...sealed, epoch: 2 },
      { ...sealed, threshold: 1 },
      { ...sealed, vaults: [sealed.vaults[0]!, sealed.vaults[2]!, sealed.vaults[1]!] },
      { ...sealed, vaults: sealed.vaults.slice(0, 2), shares: sealed.shares.slice(0, 2) },
      { ...sealed, shares: turned },
      { ...sealed, commitment: records[0]!.unlockTag as never },
    ]) {
      expect(openSecret(locator, wrong, stretched, shares)).toBeUndefined();
    }
    expect(openSecret(random(16) as typeof locator, sealed, stretched, shares)).toBeUndefined();
    expect(openSecret(locator, sealed, stretchPin(PINS[1]!, locator), shares)).toBeUndefined();
    expect(openSecret(locator, sealed, stretched, [...shares].reverse())).toBeDefined();
  });

  it('gives no share of what is no scalar', async () => {
    const world = await enrolled(1, 1);
    const record = stateOf(world, 0);
    const output = await outputOf(record, stretchPin(PINS[0]!, world.address.locator));
    const above = new Uint8Array(32).fill(0xff) as unknown as (typeof record.sealed.shares)[0];
    expect(unmaskShare({ ...record.sealed, shares: [above] }, 1, output)).toBeUndefined();
  });
});
