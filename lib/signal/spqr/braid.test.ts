import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { ByteWriter, concatBytes, encodeHex } from '../../bytes/index.ts';
import { cryptoReady, isMlKem768KeyOfHeader, type MlKem768Header, type MlKem768Vector } from '../../crypto/index.ts';
import { receiveBraid, sendBraid, startBraid } from './braid.ts';
import { nextChunk, startEncoder } from './erasure-code.ts';
import type { MessageContent } from './message.ts';
import { decodePhase, encodePhase } from './phase-codec.ts';
import { type Braid, lastSecretEpoch, type PhaseName, type PhaseOf } from './phases.ts';
import { knownAuthKey, readWhole, seededRandom, verdictOf } from './test-support.ts';

beforeAll(cryptoReady);

const random = seededRandom(1);

interface Sides {
  readonly owner: Braid;
  readonly other: Braid;
  readonly secrets: Record<'owner' | 'other', string[]>;
}

function start(): Sides {
  return {
    owner: startBraid('A2B', knownAuthKey()),
    other: startBraid('B2A', knownAuthKey()),
    secrets: { owner: [], other: [] },
  };
}

type From = 'owner' | 'other';

function say(sides: Sides, from: From): MessageContent {
  const { content, secret } = sendBraid(sides[from], random);
  if (secret) sides.secrets[from].push(encodeHex(secret.reveal()));
  return content;
}

function hear(sides: Sides, to: From, content: MessageContent, epoch = 1): void {
  const secret = receiveBraid(sides[to], epoch, content);
  if (secret) sides.secrets[to].push(encodeHex(secret.reveal()));
}

/** `from` says `count` messages in its epoch, all of which arrive. Gives the types. */
function deliver(sides: Sides, from: From, count: number): Set<string> {
  const types = new Set<string>();
  for (let i = 0; i < count; i++) {
    const { epoch } = sides[from];
    const content = say(sides, from);
    types.add(content.type);
    hear(sides, from === 'owner' ? 'other' : 'owner', content, epoch);
  }
  return types;
}

function phases({ owner, other }: Sides): [PhaseName, PhaseName] {
  return [owner.phase.name, other.phase.name];
}

function phaseOf<Name extends PhaseName>(braid: Braid, name: Name): PhaseOf<Name> {
  if (braid.phase.name !== name) throw new Error(`${braid.phase.name} is not ${name}`);
  return braid.phase as PhaseOf<Name>;
}

function encode({ epoch, authenticator, phase }: Braid): string {
  const writer = new ByteWriter().uint53(epoch).raw(authenticator.rootKey.reveal()).raw(authenticator.macKey.reveal());
  encodePhase(writer, phase);
  return encodeHex(writer.finish());
}

function corrupt(content: MessageContent): MessageContent {
  if (content.chunk === undefined) throw new Error('nothing to corrupt');
  const bytes = content.chunk.bytes.slice();
  bytes[31]! ^= 1;
  return { ...content, chunk: { ...content.chunk, bytes } };
}

/** The way through an epoch, as far as the phase of the owner or of the other side is `name`. */
function sidesIn(name: PhaseName): Sides {
  const sides = start();
  const steps: (() => unknown)[] = [
    () => deliver(sides, 'owner', 2),
    () => deliver(sides, 'owner', 1),
    () => deliver(sides, 'other', 29),
    ...(name === 'Ct1Acknowledged' ? [] : [() => deliver(sides, 'owner', 36)]),
    () => deliver(sides, 'other', 1),
    () => deliver(sides, 'owner', 1),
    () => deliver(sides, 'other', 1),
  ];
  for (const step of steps) {
    if (phases(sides).includes(name)) return sides;
    step();
  }
  if (phases(sides).includes(name)) return sides;
  throw new Error(`never in ${name}`);
}

describe('an epoch of the braid', () => {
  it('goes through its phases when every message arrives', () => {
    const sides = start();
    expect(phases(sides)).toEqual(['KeysUnsampled', 'NoHeaderReceived']);
    expect(deliver(sides, 'other', 1)).toEqual(new Set(['None']));
    expect(deliver(sides, 'owner', 2)).toEqual(new Set(['Hdr']));
    expect(phases(sides)).toEqual(['KeysSampled', 'NoHeaderReceived']);
    expect(deliver(sides, 'owner', 1)).toEqual(new Set(['Hdr']));
    expect(phases(sides)).toEqual(['KeysSampled', 'HeaderReceived']);
    expect(deliver(sides, 'other', 1)).toEqual(new Set(['Ct1']));
    expect(phases(sides)).toEqual(['HeaderSent', 'Ct1Sampled']);
    expect(sides.secrets.other.length).toBe(1);
    expect(deliver(sides, 'owner', 35)).toEqual(new Set(['Ek']));
    expect(phases(sides)).toEqual(['HeaderSent', 'Ct1Sampled']);
    expect(deliver(sides, 'owner', 1)).toEqual(new Set(['Ek']));
    expect(phases(sides)).toEqual(['HeaderSent', 'EkReceivedCt1Sampled']);
    expect(deliver(sides, 'other', 28)).toEqual(new Set(['Ct1']));
    expect(phases(sides)).toEqual(['HeaderSent', 'EkReceivedCt1Sampled']);
    expect(deliver(sides, 'other', 1)).toEqual(new Set(['Ct1']));
    expect(phases(sides)).toEqual(['Ct1Received', 'EkReceivedCt1Sampled']);
    expect(deliver(sides, 'owner', 1)).toEqual(new Set(['EkCt1Ack']));
    expect(phases(sides)).toEqual(['Ct1Received', 'Ct2Sampled']);
    expect(deliver(sides, 'other', 1)).toEqual(new Set(['Ct2']));
    expect(phases(sides)).toEqual(['EkSentCt1Received', 'Ct2Sampled']);
    expect(deliver(sides, 'owner', 1)).toEqual(new Set(['Ct1Ack']));
    expect(deliver(sides, 'other', 3)).toEqual(new Set(['Ct2']));
    expect(sides.secrets.owner).toEqual([]);
    expect(deliver(sides, 'other', 1)).toEqual(new Set(['Ct2']));
    expect(phases(sides)).toEqual(['NoHeaderReceived', 'Ct2Sampled']);
    expect(sides.secrets.owner).toEqual(sides.secrets.other);
    expect([sides.owner.epoch, sides.other.epoch]).toEqual([2, 1]);
    expect(deliver(sides, 'owner', 1)).toEqual(new Set(['None']));
    expect(phases(sides)).toEqual(['NoHeaderReceived', 'KeysUnsampled']);
    expect(sides.other.epoch).toBe(2);
  });

  it('waits for the vector where the first ciphertext part is acknowledged before', () => {
    const sides = sidesIn('HeaderReceived');
    deliver(sides, 'other', 30);
    expect(phases(sides)).toEqual(['Ct1Received', 'Ct1Sampled']);
    deliver(sides, 'owner', 1);
    expect(phases(sides)).toEqual(['Ct1Received', 'Ct1Acknowledged']);
    expect(deliver(sides, 'other', 1)).toEqual(new Set(['None']));
    deliver(sides, 'owner', 34);
    expect(phases(sides)).toEqual(['Ct1Received', 'Ct1Acknowledged']);
    deliver(sides, 'owner', 1);
    expect(phases(sides)).toEqual(['Ct1Received', 'Ct2Sampled']);
    expect(deliver(sides, 'other', 5)).toEqual(new Set(['Ct2']));
    expect(sides.secrets.owner).toEqual(sides.secrets.other);
  });

  it('needs no late acknowledgement where the vector is completed by one', () => {
    const sides = sidesIn('HeaderReceived');
    deliver(sides, 'other', 1);
    deliver(sides, 'owner', 35);
    for (let i = 0; i < 29; i++) hear(sides, 'owner', say(sides, 'other'));
    expect(phases(sides)).toEqual(['Ct1Received', 'Ct1Sampled']);
    deliver(sides, 'owner', 1);
    expect(phases(sides)).toEqual(['Ct1Received', 'Ct2Sampled']);
  });

  it('takes a plain vector chunk after an acknowledgement that overtook it', () => {
    const sides = sidesIn('HeaderReceived');
    deliver(sides, 'other', 1);
    const late = say(sides, 'owner');
    expect(late.type).toBe('Ek');
    deliver(sides, 'other', 29);
    deliver(sides, 'owner', 35);
    expect(phases(sides)).toEqual(['Ct1Received', 'Ct1Acknowledged']);
    hear(sides, 'other', late);
    expect(phases(sides)).toEqual(['Ct1Received', 'Ct2Sampled']);
  });

  it('counts an acknowledgement without a chunk', () => {
    const sides = sidesIn('EkReceivedCt1Sampled');
    hear(sides, 'other', { type: 'Ct1Ack' });
    expect(sides.other.phase.name).toBe('Ct2Sampled');
  });

  it('is followed by one in which the sides have changed places, and which gives another secret', () => {
    const sides = sidesIn('EkSentCt1Received');
    deliver(sides, 'other', 4);
    deliver(sides, 'owner', 1);
    const swapped: Sides = { owner: sides.other, other: sides.owner, secrets: { owner: [], other: [] } };
    for (let i = 0; i < 120; i++) deliver(swapped, i % 2 === 0 ? 'owner' : 'other', 1);
    const [second] = swapped.secrets.owner;
    expect(second).toBe(swapped.secrets.other[0]);
    expect(second).not.toBe(sides.secrets.owner[0]);
    expect(swapped.owner.epoch).toBe(3);
  });

  it('sends a header and a vector that belong together', () => {
    const sides = start();
    deliver(sides, 'owner', 1);
    const { header, vector } = phaseOf(sides.owner, 'KeysSampled');
    expect(header.payload.length).toBe(96);
    expect(isMlKem768KeyOfHeader(header.payload.slice(0, 64) as MlKem768Header, vector as MlKem768Vector)).toBe(true);
  });

  it('wipes the private key and the encapsulation once they have done their work', () => {
    const sides = sidesIn('Ct1Sampled');
    const { encapsulation } = phaseOf(sides.other, 'Ct1Sampled');
    const { privateKey } = phaseOf(sides.owner, 'HeaderSent');
    deliver(sides, 'owner', 36);
    expect(encapsulation.reveal()).toEqual(new Uint8Array(32));
    deliver(sides, 'other', 29);
    deliver(sides, 'owner', 1);
    deliver(sides, 'other', 5);
    expect(sides.owner.epoch).toBe(2);
    expect(privateKey.reveal()).toEqual(new Uint8Array(2400));
  });

  it('draws 64 random bytes for keys, 32 for an encapsulation, and else none; the seed is wiped', () => {
    const drawn: Uint8Array[] = [];
    const counted = (length: number) => {
      const bytes = random(length);
      drawn.push(bytes);
      return bytes;
    };
    const [owner, other] = [startBraid('A2B', knownAuthKey()), startBraid('B2A', knownAuthKey())];
    for (let i = 0; i < 80; i++) {
      const [from, to] = i % 2 === 0 ? [owner, other] : [other, owner];
      const { epoch } = from;
      receiveBraid(to, epoch, sendBraid(from, counted).content);
    }
    expect(drawn.map((bytes) => bytes.length)).toEqual([64, 32]);
    expect(drawn[0]).toEqual(new Uint8Array(64));
  });
});

describe('what does not verify', () => {
  it('is a header with a wrong chunk', () => {
    for (const at of [0, 1, 2]) {
      const sides = start();
      const chunks = [0, 1, 2].map((i) => (i === at ? corrupt(say(sides, 'owner')) : say(sides, 'owner')));
      for (const content of chunks.slice(0, 2)) hear(sides, 'other', content);
      expect(verdictOf(() => hear(sides, 'other', chunks[2]!))).toBe('InvalidMessage');
    }
  });

  it('is a vector with a wrong chunk', () => {
    const sides = sidesIn('Ct1Sampled');
    hear(sides, 'other', corrupt(say(sides, 'owner')));
    deliver(sides, 'owner', 34);
    expect(verdictOf(() => deliver(sides, 'owner', 1))).toBe('InvalidMessage');
  });

  it('is a vector that its header vouches for, but that is no key: a coefficient is not below q', () => {
    const { other } = start();
    const rho = new Uint8Array(32);
    const vector = new Uint8Array(1152).fill(0xff);
    const hash = createHash('sha3-256').update(vector).update(rho).digest();
    other.phase = { name: 'HeaderReceived', header: concatBytes(rho, hash) as MlKem768Header };
    sendBraid(other, random);
    const chunks = startEncoder(vector);
    for (let i = 0; i < 35; i++) receiveBraid(other, 1, { type: 'Ek', chunk: nextChunk(chunks) });
    const last = nextChunk(chunks);
    expect(verdictOf(() => receiveBraid(other, 1, { type: 'Ek', chunk: last }))).toBe('InvalidMessage');
  });

  it('is a ciphertext with a wrong chunk in its first part', () => {
    const sides = sidesIn('HeaderReceived');
    hear(sides, 'owner', corrupt(say(sides, 'other')));
    deliver(sides, 'other', 29);
    deliver(sides, 'owner', 36);
    deliver(sides, 'other', 4);
    expect(verdictOf(() => deliver(sides, 'other', 1))).toBe('InvalidMessage');
    expect(sides.secrets.owner).toEqual([]);
  });

  it('is a ciphertext with a wrong chunk in its second part or its MAC', () => {
    for (const at of [0, 4]) {
      const sides = sidesIn('Ct2Sampled');
      const chunks = [0, 1, 2, 3, 4].map((i) => (i === at ? corrupt(say(sides, 'other')) : say(sides, 'other')));
      for (const content of chunks.slice(0, 4)) hear(sides, 'owner', content);
      expect(verdictOf(() => hear(sides, 'owner', chunks[4]!))).toBe('InvalidMessage');
    }
  });

  it('is a header made without the auth key', () => {
    const sides = start();
    const stranger = startBraid('A2B', knownAuthKey(1));
    for (let i = 0; i < 2; i++) hear(sides, 'other', sendBraid(stranger, random).content);
    expect(verdictOf(() => hear(sides, 'other', sendBraid(stranger, random).content))).toBe('InvalidMessage');
  });
});

describe('a message that a phase does not wait for', () => {
  const WAITED_FOR: Record<PhaseName, readonly string[]> = {
    KeysUnsampled: [],
    KeysSampled: ['Ct1'],
    HeaderSent: ['Ct1'],
    Ct1Received: ['Ct2'],
    EkSentCt1Received: ['Ct2'],
    NoHeaderReceived: ['Hdr'],
    HeaderReceived: [],
    Ct1Sampled: ['Ek', 'EkCt1Ack'],
    EkReceivedCt1Sampled: ['EkCt1Ack', 'Ct1Ack'],
    Ct1Acknowledged: ['Ek', 'EkCt1Ack'],
    Ct2Sampled: [],
  };
  const chunk = { index: 500, bytes: new Uint8Array(32) };
  const CONTENTS: readonly MessageContent[] = [
    { type: 'None' },
    { type: 'Ct1Ack' },
    ...(['Hdr', 'Ek', 'EkCt1Ack', 'Ct1', 'Ct2'] as const).map((type) => ({ type, chunk })),
  ];

  it.each(Object.entries(WAITED_FOR) as [PhaseName, readonly string[]][])(
    'changes nothing in %s',
    (name, waitedFor) => {
      const changing = CONTENTS.filter((content) => {
        const sides = sidesIn(name);
        const braid = sides.owner.phase.name === name ? sides.owner : sides.other;
        const before = encode(braid);
        expect(receiveBraid(braid, braid.epoch, content)).toBeUndefined();
        return encode(braid) !== before;
      });
      expect(changing.map(({ type }) => type).sort()).toEqual([...waitedFor].sort());
    },
  );

  it.each(Object.keys(WAITED_FOR) as PhaseName[])('is one of an epoch that is over, in %s', (name) => {
    const sides = sidesIn(name);
    const braid = sides.owner.phase.name === name ? sides.owner : sides.other;
    const before = encode(braid);
    for (const content of CONTENTS) expect(receiveBraid(braid, braid.epoch - 1, content)).toBeUndefined();
    expect(encode(braid)).toBe(before);
  });

  it.each(Object.keys(WAITED_FOR) as PhaseName[])('is refused where its epoch can’t have begun, in %s', (name) => {
    for (const ahead of [1, 2, 1000]) {
      const sides = sidesIn(name);
      const braid = sides.owner.phase.name === name ? sides.owner : sides.other;
      const verdict = verdictOf(() => receiveBraid(braid, braid.epoch + ahead, { type: 'None' }));
      expect(verdict).toBe(name === 'Ct2Sampled' && ahead === 1 ? 'accepted' : 'InvalidMessage');
    }
  });
});

describe('the last epoch with a secret', () => {
  it.each([
    ['KeysUnsampled', 0],
    ['KeysSampled', 0],
    ['HeaderSent', 0],
    ['Ct1Received', 0],
    ['EkSentCt1Received', 0],
    ['NoHeaderReceived', 0],
    ['HeaderReceived', 0],
    ['Ct1Sampled', 1],
    ['EkReceivedCt1Sampled', 1],
    ['Ct1Acknowledged', 1],
    ['Ct2Sampled', 1],
  ] as const)('in %s of epoch 1 is %i', (name, expected) => {
    const sides = sidesIn(name);
    expect(lastSecretEpoch(sides.owner.phase.name === name ? sides.owner : sides.other)).toBe(expected);
  });
});

describe('the bytes of a phase', () => {
  const CODES: readonly PhaseName[] = [
    'KeysUnsampled',
    'KeysSampled',
    'HeaderSent',
    'Ct1Received',
    'EkSentCt1Received',
    'NoHeaderReceived',
    'HeaderReceived',
    'Ct1Sampled',
    'EkReceivedCt1Sampled',
    'Ct1Acknowledged',
    'Ct2Sampled',
  ];

  function bytesOf(name: PhaseName): Uint8Array {
    const sides = sidesIn(name);
    const writer = new ByteWriter();
    encodePhase(writer, sides.owner.phase.name === name ? sides.owner.phase : sides.other.phase);
    return writer.finish();
  }

  it.each(CODES.map((name, code) => [name, code] as const))('of %s begin with %i and give it again', (name, code) => {
    const bytes = bytesOf(name);
    expect(bytes[0]).toBe(code);
    const phase = readWhole(bytes, decodePhase);
    expect(phase.name).toBe(name);
    const writer = new ByteWriter();
    encodePhase(writer, phase);
    expect(writer.finish()).toEqual(bytes);
  });

  it('have the lengths of what is in them', () => {
    expect(CODES.map((name) => bytesOf(name).length)).toEqual([
      1,
      1 + 98 + 1152 + 2400,
      1 + 1154 + 2400 + 1 + 29 * 34,
      1 + 1154 + 2400 + 960,
      1 + 2400 + 960 + 1 + 34,
      1 + 1,
      1 + 64,
      1 + 64 + 32 + 962 + 1,
      1 + 962 + 162,
      1 + 64 + 32 + 960 + 1 + 34,
      1 + 162,
    ]);
  });

  it('are refused cut short and with an unknown code', () => {
    for (const name of CODES) {
      const bytes = bytesOf(name);
      expect(verdictOf(() => readWhole(bytes.slice(0, -1), decodePhase))).toBe('InvalidState');
    }
    for (const code of [11, 255]) {
      expect(verdictOf(() => readWhole(Uint8Array.of(code), decodePhase))).toBe('InvalidState');
    }
  });

  it.each([
    ['HeaderSent', 1 + 1154 + 2400, 30],
    ['EkSentCt1Received', 1 + 2400 + 960, 5],
    ['NoHeaderReceived', 1, 3],
    ['Ct1Sampled', 1 + 64 + 32 + 962, 36],
    ['Ct1Acknowledged', 1 + 64 + 32 + 960, 36],
  ] as const)(
    'are refused with as many chunks as make a payload, or with one chunk twice: %s',
    (name, before, needed) => {
      const fields = bytesOf(name).slice(0, before);
      const read = (numbers: readonly number[]) => {
        const writer = new ByteWriter().raw(fields).uint8(numbers.length);
        for (const number of numbers) writer.uint16(number).raw(new Uint8Array(32));
        return verdictOf(() => readWhole(writer.finish(), decodePhase));
      };
      const numbers = Array.from({ length: needed }, (_, i) => 7 * i);
      expect(read(numbers.slice(1))).toBe('accepted');
      expect(read(numbers)).toBe('InvalidState');
      expect(read([7, 7])).toBe('InvalidState');
    },
  );
});
