import { describe, expect, it } from 'vitest';
import { isStableToken } from './stable-selector.ts';

describe('isStableToken', () => {
  it.each([
    'composer',
    'dm-composer-textarea',
    'message_input',
    'editable-message-text',
    'chat-v2',
    'h1-title',
    'textbox',
  ])('%s was chosen by a person', (value) => {
    expect(isStableToken(value)).toBe(true);
  });

  it.each([
    '',
    'x',
    ':r1:',
    'chan-3',
    'msg-17',
    'msg_4',
    '12',
    'css-1q2w3e',
    'a1b2c3d4',
    '9f86d081',
    'x'.repeat(65),
    'a b',
    'id"]',
  ])('%j was not', (value) => {
    expect(isStableToken(value)).toBe(false);
  });
});
