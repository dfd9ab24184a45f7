import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfLength, encodeHex, SecretBytes } from '../bytes/index.ts';
import { cryptoReady, deriveX25519PublicKey, x25519PrivateKey } from '../crypto/index.ts';
import type { Locator } from '../vault-protocol/index.ts';
import { connectBlobHost } from './blob-host.ts';
import { advanceEpoch, beginEpochs, dropEpochsBefore, type EpochLink, openEpochs } from './epochs.ts';
import { decodeStandings, encodeStandings } from './live-backup.ts';
import { paddedSize } from './padded.ts';
import { encodeRecord } from './records.ts';
import { logKeysOf, makeRootKey, type RootKey, wrapsWriterOf } from './root-key.ts';
import { MOST_SEGMENT_CONTENT, NO_SEGMENT, openSegment, sealSegment, segmentHash } from './segment.ts';
import type { WrapName } from './shared-secret.ts';
import { message } from './test-log.ts';
import { codeOf, makeWorld, random, same } from './test-world.ts';
import { triesLeft } from './tries-left.ts';
import { inspectVault } from './vault-client.ts';
import {
  fetchCodeWrap,
  fetchPinWrap,
  keepWrap,
  makeRecoveryCode,
  openDeviceWrap,
  wrapForCode,
  wrapForDevice,
  wrapForPin,
} from './wraps.ts';

// Before the groups below are read: they derive keys.
await cryptoReady();

const fixedRoot: RootKey = SecretBytes.of(Uint8Array.from({ length: 32 }, (_, i) => i));
const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe('keys of the root key', () => {
  it('are five different ones, and the same tomorrow', () => {
    const { bucket, writer, manifest, epochs, identity } = logKeysOf(fixedRoot);
    const locator = new Uint8Array(16) as Uint8Array as Locator;
    const all = [
      bucket,
      writer.publicKey,
      manifest.reveal(),
      epochs.reveal(),
      identity.reveal(),
      wrapsWriterOf(fixedRoot, locator).publicKey,
    ].map(encodeHex);
    expect(new Set(all).size).toBe(6);
    // Fixed here: a derivation that changes would lose every backup there is.
    expect(all).toMatchInlineSnapshot(`
      [
        "986668cc03683af4a95e232e81ec2847",
        "dd10f53935faac9635fb55467fcc7f0132c2e12692a72fa4ae60a3c76410526b",
        "e8ee695effa3c4f49c626c4da0db4ab69ac006ff458fddab093e660db7edb193",
        "cbda740540ce95bb762b5d6841be1f1ba5693721151b40dad95b5fbf4841c94d",
        "5ff799fd0f45157c62bf2344b6eaef3768d7a2fb57303019ed75e32afa5e6eed",
        "27e0a792c7e9a2e0c4b37ad796e74ea9d9dfaab2c4b5b0f57c0b9e6f1ba570a5",
      ]
    `);
  });
});

describe('wraps', () => {
  const { around, host: memory, address, root } = makeWorld();
  const { locator } = address;
  const host = connectBlobHost(around, memory.url);

  it('open with their own key, for their own locator and name', async () => {
    const name = bytesOfLength<'WrapName'>(random(16), 16);
    const key = SecretBytes.of<'PinKey'>(random(32));
    const wrap = wrapForPin(root, locator, name, key, random);
    expect(wrap.bytes).toHaveLength(73);
    await keepWrap(host, root, locator, wrap);
    expect(same(await fetchPinWrap(host, locator, name, key), root)).toBe(true);
    expect(await codeOf(fetchPinWrap(host, locator, name, SecretBytes.of(random(32))))).toBe('WrapDamaged');
    const other = { ...wrap, name: bytesOfLength<'WrapName'>(random(16), 16) };
    await keepWrap(host, root, locator, other);
    expect(await codeOf(fetchPinWrap(host, locator, other.name, key))).toBe('WrapDamaged');
    expect(await codeOf(fetchPinWrap(host, random(16) as Locator, name, key))).toBe('WrapMissing');
  });

  it('are refused altered, cut or of a later version', async () => {
    const code = makeRecoveryCode(random);
    const { name, bytes } = wrapForCode(root, locator, code, random);
    const [bucket] = memory.buckets.values();
    const asked = encodeHex(name);
    for (const [damaged, expected] of [
      ...[1, 24, 25, 72].map((at) => [flip(bytes, at), 'WrapDamaged']),
      [bytes.subarray(0, 72), 'WrapDamaged'],
      [Uint8Array.of(...bytes, 0), 'WrapDamaged'],
      [new Uint8Array(), 'WrapDamaged'],
      [Uint8Array.of(0, ...bytes.subarray(1)), 'WrapDamaged'],
      [Uint8Array.of(2, ...bytes.subarray(1)), 'UpdateNeeded'],
    ] as [Uint8Array, string][]) {
      bucket!.blobs.set(asked, damaged);
      expect(await codeOf(fetchCodeWrap(host, locator, code))).toBe(expected);
    }
    expect(await codeOf(keepWrap(host, root, locator, { name, bytes }))).toBe('HostFaulty');
  });

  it('open for the device that they are for', async () => {
    const device = x25519PrivateKey(random(32));
    const wrap = wrapForDevice(root, locator, deriveX25519PublicKey(device), random);
    expect(wrap).toHaveLength(105);
    expect(same(openDeviceWrap(locator, device, wrap), root)).toBe(true);
    expect(await codeOf(() => openDeviceWrap(locator, x25519PrivateKey(random(32)), wrap))).toBe('WrapDamaged');
    expect(await codeOf(() => openDeviceWrap(random(16) as Locator, device, wrap))).toBe('WrapDamaged');
    for (const at of [0, 40, 104])
      expect(await codeOf(() => openDeviceWrap(locator, device, flip(wrap, at)))).toBe('WrapDamaged');
    expect(await codeOf(() => openDeviceWrap(locator, device, wrap.subarray(0, 31)))).toBe('WrapDamaged');
    expect(await codeOf(() => openDeviceWrap(locator, device, new Uint8Array(105)))).toBe('WrapDamaged');
  });
});

describe('the epoch chain', () => {
  const keys = logKeysOf(fixedRoot);

  it('opens every epoch from the newest down, until one is dropped', () => {
    let chain = beginEpochs(keys, random);
    const first = openEpochs(keys, chain).get(0)!;
    for (let i = 0; i < 3; i++) chain = advanceEpoch(keys, chain, random);
    const opened = openEpochs(keys, chain);
    expect([...opened.keys()]).toEqual([3, 2, 1, 0]);
    expect(opened.get(0)!.equals(first)).toBe(true);
    expect([...openEpochs(keys, dropEpochsBefore(chain, 2)).keys()]).toEqual([3, 2]);
    expect([...openEpochs(keys, dropEpochsBefore(chain, 9)).keys()]).toEqual([3]);
    expect(dropEpochsBefore(chain, 0)).toEqual(chain);
  });

  it('is refused altered, out of order, or of another backup', async () => {
    const chain = advanceEpoch(keys, beginEpochs(keys, random), random);
    const [newest, below] = chain.links as [EpochLink, EpochLink];
    for (const wrong of [
      { ...chain, newest: 2 },
      { ...chain, newest: 0 },
      { ...chain, links: [below, newest] },
      { ...chain, links: [newest, flip(below, 30) as EpochLink] },
      { ...chain, links: [] },
    ]) {
      expect(await codeOf(() => openEpochs(keys, wrong))).toBe('ManifestDamaged');
    }
    expect(await codeOf(() => openEpochs(logKeysOf(makeRootKey(random)), chain))).toBe('ManifestDamaged');
  });
});

describe('a segment', () => {
  const keys = logKeysOf(fixedRoot);
  const epochKeys = openEpochs(keys, beginEpochs(keys, random));
  const place = { bucket: keys.bucket, epoch: 0, number: 7, before: NO_SEGMENT };
  const record = encodeRecord(message(1));

  it('is the same for the same records at the same place, and has another nonce for others', () => {
    const one = sealSegment(epochKeys, place, [record]);
    expect(sealSegment(epochKeys, place, [record])).toEqual(one);
    const nonceOf = (bytes: Uint8Array) => encodeHex(bytes.subarray(45, 69));
    const others = [
      sealSegment(epochKeys, place, [record, record]),
      sealSegment(epochKeys, { ...place, number: 8 }, [record]),
      sealSegment(epochKeys, { ...place, before: segmentHash(one) }, [record]),
    ];
    expect(new Set([one, ...others].map(nonceOf)).size).toBe(4);
  });

  it('opens at its place alone, and not with one byte altered', async () => {
    const bytes = sealSegment(epochKeys, place, [record, record]);
    expect(openSegment(epochKeys, keys.bucket, 7, bytes)).toEqual({
      epoch: 0,
      before: NO_SEGMENT,
      hash: segmentHash(bytes),
      records: [record, record],
    });
    expect(await codeOf(() => openSegment(epochKeys, keys.bucket, 8, bytes))).toBe('SegmentDamaged');
    expect(await codeOf(() => openSegment(epochKeys, random(16) as typeof keys.bucket, 7, bytes))).toBe(
      'SegmentDamaged',
    );
    expect(await codeOf(() => openSegment(new Map(), keys.bucket, 7, bytes))).toBe('SegmentDamaged');
    for (const at of [1, 4, 12, 13, 44, 45, 68, 69, 4095]) {
      expect(await codeOf(() => openSegment(epochKeys, keys.bucket, 7, flip(bytes, at)))).toBe('SegmentDamaged');
    }
    for (const length of [0, 100, 4095]) {
      expect(await codeOf(() => openSegment(epochKeys, keys.bucket, 7, bytes.subarray(0, length)))).toBe(
        'SegmentDamaged',
      );
    }
    expect(await codeOf(() => openSegment(epochKeys, keys.bucket, 7, Uint8Array.of(2, ...bytes.subarray(1))))).toBe(
      'UpdateNeeded',
    );
    expect(() => sealSegment(new Map(), place, [])).toThrow(RangeError);
  });

  it('has one of five sizes, the smallest that holds it', () => {
    const sized = (length: number) =>
      sealSegment(epochKeys, place, [new Uint8Array(length) as Uint8Array as typeof record]).length;
    const overhead = 1024 * 1024 - MOST_SEGMENT_CONTENT + 4;
    expect(overhead).toBe(93);
    for (const [most, next] of [
      [4096, 16_384],
      [16_384, 65_536],
      [65_536, 262_144],
      [262_144, 1_048_576],
    ] as const) {
      expect([sized(most - overhead), sized(most - overhead + 1)]).toEqual([most, next]);
    }
    expect(sized(1_048_576 - overhead)).toBe(1_048_576);
    expect(() => sized(1_048_577 - overhead)).toThrow(RangeError);
    expect(() => paddedSize(1_048_577)).toThrow(RangeError);
    expect(paddedSize(0)).toBe(4096);
  });
});

describe('standings', () => {
  it('come back as they went, and are refused cut or with more behind', async () => {
    const standings = [1, 2].map((fill) => ({
      unlock: SecretBytes.of<'UnlockToken'>(new Uint8Array(32).fill(fill)),
      lineage: undefined,
    }));
    const codeWrap = new Uint8Array(16).fill(7) as Uint8Array as WrapName;
    const held = { epoch: 9, standings, pinWrap: undefined, codeWrap };
    const bytes = encodeStandings(held);
    expect(bytes).toHaveLength(8 + 1 + 64 + 1 + 17);
    expect(decodeStandings(bytes)).toEqual(held);
    const both = { ...held, pinWrap: new Uint8Array(16).fill(8) as Uint8Array as WrapName };
    expect(decodeStandings(encodeStandings(both))).toEqual(both);
    for (const wrong of [
      bytes.reveal().subarray(0, -1),
      Uint8Array.of(...bytes.reveal(), 0),
      flip(bytes.reveal(), 8),
      new Uint8Array(9).fill(17, 8),
    ]) {
      expect(await codeOf(() => decodeStandings(SecretBytes.of(wrong)))).toBe('ManifestDamaged');
    }
  });
});

describe('tries left', () => {
  it('are as many rounds of different vaults as there are tries for', () => {
    const left = (threshold: number, ...counts: (number | undefined)[]) => triesLeft(counts, threshold).atLeast;
    expect([left(1, 10), left(1, 0), left(2, 6, 6, 6), left(2, 6, 6, 0), left(2, 6, 1, 1), left(2, 6, 0, 0)]).toEqual([
      10, 0, 9, 6, 2, 0,
    ]);
    expect([left(3, 4, 4, 4, 4, 4), left(1, 3, 4), left(2, 2, undefined, 2), left(2, 5, undefined, undefined)]).toEqual(
      [6, 7, 2, 0],
    );
    expect(triesLeft([1, undefined], 1)).toEqual({ atLeast: 1, exact: false });
    expect(triesLeft([], 1)).toEqual({ atLeast: 0, exact: true });
  });

  it('are never more than the vaults have together, and as many as a person finds by asking those with the most', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (counts, pick) => {
          const threshold = 1 + (pick % counts.length);
          const rest = [...counts];
          let rounds = 0;
          for (;;) {
            rest.sort((a, b) => b - a);
            if (rest[threshold - 1] === 0) break;
            for (let i = 0; i < threshold; i++) rest[i]! -= 1;
            rounds += 1;
          }
          expect(triesLeft(counts, threshold)).toEqual({ atLeast: rounds, exact: true });
        },
      ),
      { verbose: 1 },
    );
  });
});

describe('a vault that is not known yet', () => {
  it('is taken with the key that it signs with', async () => {
    const { around, vaults } = makeWorld();
    const { vault, info } = await inspectVault(around, 'https://vault1.example/');
    expect(vault).toEqual(vaults[0]!.address);
    expect(info.custody).toEqual({ mode: 'software', grade: 'software' });
  });

  it('is refused unsigned, signed by another, with nonsense, or not reached', async () => {
    const { around, vaults } = makeWorld();
    for (const [misbehaviour, code] of [
      ['unsigned', 'HostFaulty'],
      ['wrongKey', 'HostFaulty'],
      ['nonsense', 'HostFaulty'],
      ['down', 'HostUnreachable'],
    ] as const) {
      vaults[0]!.misbehaviour = misbehaviour;
      expect(await codeOf(inspectVault(around, vaults[0]!.url))).toBe(code);
    }
    expect(await codeOf(inspectVault(around, 'http://vault1.example'))).toBe('AddressMalformed');
    expect(await codeOf(inspectVault(around, 'https://nowhere.example'))).toBe('HostUnreachable');
  });
});
