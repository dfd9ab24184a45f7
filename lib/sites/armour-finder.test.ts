import { describe, expect, it } from 'vitest';
import { encodeArmour, type MessageId } from '../armour/index.ts';
import { completeArmour } from './armour-finder.ts';

function block(fill: number): string {
  const messageId = new Uint8Array(8).fill(fill) as MessageId;
  const outcome = encodeArmour(new Uint8Array(60).fill(fill), {
    messageId,
    alphabet: 'base62',
    limit: { amount: 2000, unit: 'utf16' },
  });
  if (!outcome.ok) throw outcome.failure;
  return outcome.value[0]!;
}

describe('completeArmour', () => {
  it('gives each whole block without what the site put between its letters', () => {
    const [first, second] = [block(1), block(2)];
    const text = `Ann ${first.slice(0, 20)}\n\u200b ${first.slice(20)} 12:00 ${second}`;
    expect(completeArmour(text)).toEqual([first, second]);
  });

  it('gives nothing for words or for a block that was cut', () => {
    expect(completeArmour('only words')).toEqual([]);
    expect(completeArmour(block(1).slice(0, -1))).toEqual([]);
  });
});
