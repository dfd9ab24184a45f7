/** Owns what the two people say to each other: what chats are made of, and what breaks careless software. */

const RUN = Math.random().toString(36).slice(2, 10);
/** In every text, so that one search tells whether any of them leaked. */
export const CANARY = `canary-${RUN}`;

/** 40 texts, each different. */
export function fortyTexts(): string[] {
  const special = [
    'Grüße! Ça va? Здравствуй, 你好, こんにちは 👋',
    '👩‍👩‍👧‍👦🏳️‍🌈🇺🇳 emoji that are many code points',
    'مرحبا، كيف حالك اليوم؟ 123',
    'שלום, מה שלומך? (parentheses) 456',
    'mixed עברית and English, and العربية',
    'if (a < b && c > d) { return "<b>&amp;</b>"; }',
    'first line\nsecond line\n\n\tfourth, after a tab',
    '  blanks at both ends  ',
    '**bold** _under_ ~~gone~~ `code` > quote # head',
    '/me is no command, and @nobody is here',
    ':) :smile: <3 \\o/',
    'https://example.org/a?b=c&d=e#f and www.example.org',
    'qZ7Vx4 is how armour begins',
    'qZ7Vx40A2kvrWVMXTg4BQwAkEbORcHsOGAanfqZ7W',
    'qZ7Vx4 and its end qZ7W',
    '鸈韄鏕乀丐嘌刅侁纀丄丅栙擆羾澖繑蘀齃',
    'zero​width, soft­hyphen and  nbsp',
    'ends with a channel #room',
    'quotes \' and " and ´ and “curly”',
    '<script>alert(1)</script><img src=x onerror=alert(2)>',
  ];
  const plain = Array.from({ length: 20 }, (_, place) => `ordinary message ${place + 1}`);
  const lines = Array.from({ length: 100 }, (_, place) => `line ${place + 1}`).join('\n');
  const long = 'four thousand letters and more '.repeat(140).slice(0, 4096);
  const all = [...special, ...plain].slice(0, 38);
  return [...all, lines, long].map((text, place) => `${text} ${CANARY}-${place}`);
}
