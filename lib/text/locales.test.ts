import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Sentence {
  readonly message: string;
  readonly description?: string;
  readonly placeholders?: Readonly<Record<string, { readonly content: string; readonly example?: string }>>;
}

const root = join(import.meta.dirname, '../..');
const localesFolder = join(root, 'public/_locales');
const locales = readdirSync(localesFolder).map((name) => {
  const file = readFileSync(join(localesFolder, name, 'messages.json'), 'utf8');
  return { name, sentences: Object.entries(JSON.parse(file) as Record<string, Sentence>) };
});
const english = locales.find(({ name }) => name === 'en')!;
const englishKeys = english.sentences.map(([key]) => key);

/** All that ships and names a sentence, joined: sources, pages and the manifest. */
function shippedSources(): string {
  const folders = ['lib', 'components', 'entrypoints'].map((folder) => join(root, folder));
  const names = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /[.](ts|tsx|html)$/.test(name) && !/[.]test[.]tsx?$/.test(name))
      .map((name) => join(folder, name)),
  );
  return [...names, join(root, 'wxt.config.ts')].map((name) => readFileSync(name, 'utf8')).join('\n');
}

describe.each(locales)('the sentences in $name', ({ sentences }) => {
  it('are the same ones as in English', () => {
    expect(sentences.map(([key]) => key).sort()).toEqual([...englishKeys].sort());
  });

  it.each(sentences)('%s is said, and uses exactly its placeholders', (_, { message, placeholders = {} }) => {
    expect(message.trim()).toBe(message);
    expect(message).not.toBe('');
    const used = [...message.matchAll(/\$([a-z_]+)\$/gi)].map(([, name]) => name!.toLowerCase());
    expect(used.sort()).toEqual(Object.keys(placeholders).sort());
  });
});

describe('the English sentences', () => {
  const sources = shippedSources();

  it.each(english.sentences)('%s tells a translator where it stands', (_, { description, placeholders = {} }) => {
    expect(description).toMatch(/\S/);
    for (const { example } of Object.values(placeholders)) expect(example).toMatch(/\S/);
  });

  it.each(englishKeys)('%s is used', (key) => {
    expect(sources.includes(`'${key}'`) || sources.includes(`__MSG_${key}__`)).toBe(true);
  });

  it('hold every sentence that the manifest and the pages name', () => {
    const named = [...sources.matchAll(/__MSG_(\w+)__/g)].map(([, key]) => key);
    expect(named.filter((key) => !englishKeys.includes(key!))).toEqual([]);
    expect(named).not.toEqual([]);
  });

  it('describe the extension in as many characters as the stores take', () => {
    const [, description] = english.sentences.find(([key]) => key === 'extensionDescription')!;
    expect(description.message.length).toBeLessThanOrEqual(132);
  });
});
