import { describe, expect, it } from 'vitest';
import { namesMessage, namesOtherAction, namesOtherField, namesSend } from './words.ts';

describe('labels', () => {
  it.each([
    'Message #general',
    'Type a message',
    'Write to bob',
    'Aa',
    'Nachricht schreiben',
    'Escribe un mensaje',
    'Écrire à Bob',
    'Написать сообщение',
    'اكتب رسالة',
    'メッセージを入力',
    '输入消息',
    '메시지 보내기',
  ])('%j speaks of a message and of no other field', (label) => {
    expect(namesMessage(label)).toBe(true);
    expect(namesOtherField(label)).toBe(false);
  });

  it.each([
    'Search',
    ' Search messages',
    'Find an emoji',
    'Filter',
    'Subject',
    'E-mail',
    'Suche',
    'بحث',
    '検索',
    'Write a comment',
    'Add a caption…',
  ])('%j names another field', (label) => {
    expect(namesOtherField(label)).toBe(true);
  });

  it('lets a person or channel be called like a search field', () => {
    expect(namesOtherField('Message @search')).toBe(false);
  });

  it.each(['', 'Title case', 'notes'])('%j speaks of no message', (label) => {
    expect(namesMessage(label)).toBe(false);
  });
});

describe("a button's words", () => {
  it.each([
    'Send',
    'send message',
    'texty send button',
    'Senden',
    'Enviar',
    'Отправить',
    '送信',
    '发送',
    'paper-plane',
  ])('%j says that it sends', (words) => {
    expect(namesSend(words)).toBe(true);
    expect(namesOtherAction(words)).toBe(false);
  });

  it.each(['Send a file', 'Send GIF', 'Send voice message', 'Attach', 'Emoji', 'More', 'Schedule send'])(
    '%j does something else',
    (words) => {
      expect(namesSend(words)).toBe(false);
      expect(namesOtherAction(words)).toBe(true);
    },
  );

  it.each(['', 'Resend', 'Sender', 'OK'])('%j says neither', (words) => {
    expect(namesOtherAction(words)).toBe(false);
    expect(namesSend(words)).toBe(words === 'Sender');
  });
});
