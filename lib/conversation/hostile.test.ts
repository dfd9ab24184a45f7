import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeChunk, encodeArmour, type MessageId } from '../armour/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import { acceptInvite } from './accept.ts';
import { INVITE_LIFE_MS, invite } from './invite.ts';
import type { Page } from './place.ts';
import type { Reading } from './reading.ts';
import { readSpans } from './receive.ts';
import { copyOf, dumpOf } from './test-disk.ts';
import {
  codeOf,
  type Installation,
  LINES,
  Pair,
  pageOf,
  ROOMY,
  SENTENCE,
  spansOf,
  systemRandom,
  textsOf,
} from './test-installation.ts';

beforeAll(cryptoReady);

/** What `who` says to `rows` on `page`, after it was made sure that nothing on disk changed. */
async function refusedBy(who: Installation, page: Page, rows: readonly string[]): Promise<string[]> {
  const before = await dumpOf(who);
  const readings = await readSpans(who.around, page, spansOf(rows));
  expect(await dumpOf(who)).toEqual(before);
  return readings.map((reading) => (reading.kind === 'refused' ? reading.code : reading.kind));
}

function lastRow({ chat }: Pair): string {
  return chat.rows.at(-1)!;
}

function payloadOf(row: string): Uint8Array {
  const chunk = decodeChunk(spansOf([row])[0]!);
  if (!chunk.ok) throw chunk.failure;
  return chunk.value.payload;
}

/** Armour of `payload` under a new message id: what a site can make, too. */
function wrap(payload: Uint8Array, messageId = systemRandom(8) as MessageId): string {
  const armour = encodeArmour(payload, { messageId, ...ROOMY });
  if (!armour.ok) throw armour.failure;
  return armour.value[0]!;
}

const flipped = (bytes: Uint8Array, at: number) => bytes.with(at, bytes.at(at)! ^ 1);

describe('in a private chat, a message', () => {
  let paired: Pair;
  let pair: Pair;

  beforeAll(async () => {
    paired = await Pair.paired();
  });

  beforeEach(async () => {
    pair = await Pair.strangers();
    pair.alice = await copyOf(paired.alice);
    pair.bob = await copyOf(paired.bob);
    pair.chat.rows.push(...paired.chat.rows);
    await pair.say('alice', 'secret');
  });

  it('that is cut anywhere is Incomplete, or Damaged where only its middle is missing', async () => {
    const row = lastRow(pair);
    for (const length of [6, 7, 50, row.length - 1]) {
      expect(await refusedBy(pair.bob, pair.bobPage, [row.slice(0, length)])).toEqual(['Incomplete']);
    }
    // Without its middle it may still say how long it was.
    const [middle] = await refusedBy(pair.bob, pair.bobPage, [row.slice(0, 40) + row.slice(60)]);
    expect(['Damaged', 'Incomplete']).toContain(middle);
  });

  it('with a letter changed is Damaged', async () => {
    const row = lastRow(pair);
    const changed = row.slice(0, 60) + (row[60] === 'a' ? 'b' : 'a') + row.slice(61);
    expect(await refusedBy(pair.bob, pair.bobPage, [changed])).toEqual(['Damaged']);
  });

  it('with a byte changed and the checksum mended is refused by name, wherever the byte is', async () => {
    const payload = payloadOf(lastRow(pair));
    const codes = new Set<string>();
    for (let at = 0; at < payload.length; at += 7) {
      const [code] = await refusedBy(pair.bob, pair.bobPage, [wrap(flipped(payload, at))]);
      codes.add(code!);
    }
    // Of the kind byte, of the tag, of the message, of its counter.
    expect([...codes].every((code) => ['Damaged', 'NotForYou', 'UpdateNeeded', 'TooFarAhead'].includes(code))).toBe(
      true,
    );
    expect(codes).toContain('Damaged');
    expect(codes).toContain('NotForYou');
  });

  it('that was read, under its own id with another payload, is Damaged and what was read stays', async () => {
    await pair.settle();
    const chunk = decodeChunk(lastRow(pair));
    if (!chunk.ok) throw chunk.failure;
    const forged = wrap(flipped(chunk.value.payload, 100), chunk.value.messageId);
    expect(await refusedBy(pair.bob, pair.bobPage, [forged])).toEqual(['Damaged']);
    expect(await textsOf(pair.bob, pair.bobPage)).toEqual(['them: secret']);
  });

  it('that was read, in a new wrapping, is Replayed; shown again as it was, it is the same entry', async () => {
    const row = lastRow(pair);
    const [first] = await readSpans(pair.bob.around, pair.bobPage, spansOf([row]));
    expect(await refusedBy(pair.bob, pair.bobPage, [wrap(payloadOf(row))])).toEqual(['Replayed']);
    const again = await readSpans(pair.bob.around, pair.bobPage, spansOf([row, row]));
    expect(again).toEqual([first, first]);
    expect(await textsOf(pair.bob, pair.bobPage)).toEqual(['them: secret']);
  });

  it('of our own in a new wrapping is Replayed, and never decrypted', async () => {
    expect(await refusedBy(pair.alice, pair.alicePage, [wrap(payloadOf(lastRow(pair)))])).toEqual(['Replayed']);
  });

  it('moved to another conversation, another account or another site is OtherConversation', async () => {
    await pair.settle();
    await invite(pair.bob.around, pageOf('bob', 'carol'), SENTENCE);
    await pair.say('alice', 'for bob alone');
    for (const page of [
      pageOf('bob', 'carol'),
      pageOf('bob at work', 'alice'),
      { ...pair.bobPage, site: 'https://other.example' },
    ]) {
      expect(await refusedBy(pair.bob, page, [lastRow(pair)])).toEqual(['OtherConversation']);
    }
    // Also one that was read where it belongs.
    await pair.settle();
    expect(await refusedBy(pair.bob, pageOf('bob', 'carol'), [lastRow(pair)])).toEqual(['OtherConversation']);
  });

  it('of other people is NotForYou, and so is the answer to their invite', async () => {
    const others = await Pair.strangers();
    await others.invite();
    await others.accept();
    const answer = lastRow(others);
    await others.settle();
    await others.say('alice', 'not yours');
    expect(await refusedBy(pair.bob, pair.bobPage, [answer, lastRow(others)])).toEqual(['NotForYou', 'NotForYou']);
  });

  it('of a newer Sotto is UpdateNeeded: kind of payload, or version of an invite', async () => {
    expect(await refusedBy(pair.bob, pair.bobPage, [wrap(Uint8Array.of(4, 1, 2))])).toEqual(['UpdateNeeded']);
    expect(await refusedBy(pair.bob, pair.bobPage, [wrap(Uint8Array.of(1, 2, 0))])).toEqual(['UpdateNeeded']);
  });

  it('that no Sotto made is Damaged: nothing, kind 0, too short for its kind', async () => {
    const payloads = [[], [0], [1], [1, 0], [1, 1], [2, 1], [3, 1, 2, 3], [3, 1, 2, 3, 4, 5, 6, 7]].map((bytes) =>
      Uint8Array.from(bytes),
    );
    const codes = await refusedBy(
      pair.bob,
      pair.bobPage,
      payloads.map((payload) => wrap(payload)),
    );
    expect(codes).toEqual(payloads.map(() => 'Damaged'));
  });

  it('that only looks like armour is Incomplete or Damaged, and ordinary text is none', async () => {
    expect(await refusedBy(pair.bob, pair.bobPage, ['see qZ7Vx4 in the manual'])).toEqual(['Incomplete']);
    expect(await refusedBy(pair.bob, pair.bobPage, ['qZ7Vx4abcdefghijklqZ7W'])).toEqual(['Damaged']);
    const [reading] = await readSpans(pair.bob.around, pair.bobPage, ['ordinary']);
    expect(reading).toMatchObject({ kind: 'refused', code: 'NotArmour' });
  });

  it('that is dropped is told by the next ones, which are read; late, it is read in its place', async () => {
    const late = pair.chat.rows.pop()!;
    await pair.say('alice', 'second');
    await pair.settle();
    expect(await textsOf(pair.bob, pair.bobPage)).toEqual(['them: second']);
    pair.chat.rows.push(late);
    await pair.settle();
    expect(await textsOf(pair.bob, pair.bobPage)).toEqual(['them: second', 'them: secret']);
  });
});

describe('an invite', () => {
  let pair: Pair;

  beforeEach(async () => {
    pair = await Pair.strangers();
    await pair.invite();
  });

  it('reads as a sentence to whoever has no Sotto', () => {
    expect(lastRow(pair).startsWith(`${SENTENCE} qZ7Vx4`)).toBe(true);
  });

  it('pasted into another conversation is refused, on whichever side the name differs', async () => {
    const stranger = pageOf('bob', 'mallory');
    expect(await refusedBy(pair.bob, stranger, [lastRow(pair)])).toEqual(['InviteForOtherConversation']);
    const other = pageOf('carol', 'alice');
    expect(await refusedBy(pair.bob, other, [lastRow(pair)])).toEqual(['InviteForOtherConversation']);
    // One of our own: by the ledger, and by its id in a new wrapping.
    const elsewhere = pageOf('alice', 'carol');
    expect(await refusedBy(pair.alice, elsewhere, [lastRow(pair)])).toEqual(['OtherConversation']);
    const wrapped = wrap(payloadOf(lastRow(pair)));
    expect(await refusedBy(pair.alice, elsewhere, [wrapped])).toEqual(['InviteForOtherConversation']);
  });

  it('pasted on another site is refused', async () => {
    const page = { ...pair.bobPage, site: 'https://other.example' };
    expect(await refusedBy(pair.bob, page, [lastRow(pair)])).toEqual(['InviteForOtherSite']);
  });

  it('is compared by the names that both pages show, and by no others', async () => {
    const unnamed = { ...pair.bobPage, account: undefined, peer: undefined };
    const [reading] = await readSpans(pair.bob.around, unnamed, spansOf([lastRow(pair)]));
    expect(reading?.kind).toBe('entry');
  });

  it('is good to the last millisecond of its seven days, and then expired', async () => {
    pair.bob.nowMs += INVITE_LIFE_MS + 1;
    expect(await refusedBy(pair.bob, pair.bobPage, [lastRow(pair)])).toEqual(['InviteExpired']);
    pair.bob.nowMs -= 1;
    const [reading] = await readSpans(pair.bob.around, pair.bobPage, spansOf([lastRow(pair)]));
    if (reading?.kind !== 'entry') throw new Error('no invite');
    pair.bob.nowMs += 1;
    const before = await dumpOf(pair.bob);
    expect(await codeOf(acceptInvite(pair.bob.around, pair.bobPage, reading.entry))).toBe('InviteExpired');
    expect(await dumpOf(pair.bob)).toEqual(before);
  });

  it('is answered in vain when its day of grace is over', async () => {
    await pair.accept();
    pair.alice.nowMs += INVITE_LIFE_MS + 24 * 60 * 60 * 1000 + 1;
    expect(await refusedBy(pair.alice, pair.alicePage, [lastRow(pair)])).toEqual(['InviteExpired']);
    pair.alice.nowMs -= 1;
    await pair.settle();
    await pair.say('alice', 'hello');
    await pair.settle();
    expect(await textsOf(pair.bob, pair.bobPage)).toEqual(['them: hello']);
  });

  it('with any byte changed is Damaged, though its checksum is right', async () => {
    const payload = payloadOf(lastRow(pair));
    for (let at = 1; at < payload.length; at += 61) {
      const [code] = await refusedBy(pair.bob, pair.bobPage, [wrap(flipped(payload, at))]);
      expect(['Damaged', 'UpdateNeeded']).toContain(code);
    }
    for (const length of [payload.length - 1, 70, 65, 64]) {
      expect(await refusedBy(pair.bob, pair.bobPage, [wrap(payload.slice(0, length))])).toEqual(['Damaged']);
    }
  });

  it('of our own is recognised, also in a new wrapping, and can not be accepted', async () => {
    const [own] = await readSpans(pair.alice.around, pair.alicePage, spansOf([lastRow(pair)]));
    const [again] = await readSpans(pair.alice.around, pair.alicePage, [wrap(payloadOf(lastRow(pair)))]);
    if (own?.kind !== 'entry' || again?.kind !== 'entry') throw new Error('no entry');
    expect(again.entry).toBe(own.entry);
    expect(await codeOf(acceptInvite(pair.alice.around, pair.alicePage, own.entry))).toBe('InviteOwn');
  });

  it('opens one session: the second who answers is told that it was used', async () => {
    const second = await Pair.strangers();
    second.chat.rows.push(...pair.chat.rows);
    await second.accept();
    await pair.accept();
    await pair.settle();
    expect(await refusedBy(pair.alice, pair.alicePage, [lastRow(second)])).toEqual(['InviteUsed']);
  });

  it('is not there to be accepted under a name that nobody gave it', async () => {
    for (const name of ['', 'nothing', 'AAAAAAAAAAAAAAAAAAAAAA']) {
      expect(await codeOf(acceptInvite(pair.bob.around, pair.bobPage, name))).toBe('InviteUnknown');
    }
  });
});

describe('a site that takes lines of 350 bytes', () => {
  it('may give them late, twice and in another order: the message is read once all are there', async () => {
    const pair = await Pair.paired(LINES);
    const rowsBefore = pair.chat.rows.length;
    const words = 'many words '.repeat(100);
    await pair.say('alice', words);
    const lines = pair.chat.rows.splice(rowsBefore);
    expect(lines.length).toBeGreaterThan(3);
    const shuffled = [...lines.slice(1).reverse(), lines[1]!, lines[2]!];
    const waiting = await readSpans(pair.bob.around, pair.bobPage, spansOf(shuffled));
    expect(waiting.map(({ kind }) => kind)).toEqual(shuffled.map(() => 'waiting'));
    await pair.bob.restart();
    // A line of the same message that says something else changes nothing: what came first stays.
    const chunk = decodeChunk(lines[1]!);
    if (!chunk.ok) throw chunk.failure;
    const forged = encodeArmour(payloadOf(lines[1]!), { messageId: chunk.value.messageId, ...ROOMY });
    expect(await refusedBy(pair.bob, pair.bobPage, forged.ok ? forged.value : [])).toEqual(['Damaged']);
    const readings: Reading[] = await readSpans(pair.bob.around, pair.bobPage, spansOf([...shuffled, lines[0]!]));
    expect(readings.at(-1)?.kind).toBe('entry');
    expect(await textsOf(pair.bob, pair.bobPage)).toEqual([`them: ${words}`]);
    expect(await refusedBy(pair.bob, pair.bobPage, lines)).toEqual(lines.map(() => 'entry'));
  });
});
