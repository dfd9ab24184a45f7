/**
 * What a vault and a blob host can see of a person: everything that comes over the line from enrolment to deletion, and
 * everything that their files hold. docs/backup.md, "Who learns what", says this in prose; where the two differ, one is wrong.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../vault/database/open.ts';
import { BackupBrowser, must } from './support/backup-browser.ts';
import { Chat } from './support/chat.ts';
import { type Heard, Recorder } from './support/recorder.ts';
import { VaultProcess } from './support/vault-process.ts';
import { removeAll } from './support/world.ts';

const { getSingle, LIVE } = await import('../../lib/conversation/index.ts');

/** A life of a backup, with other words, names, sites, PINs, numbers and lengths of messages. */
interface Life {
  readonly me: string;
  readonly peer: string;
  readonly site: string;
  readonly pins: readonly [first: string, wrong: string, second: string];
  /** What is said before the backup begins, and in each of the uploads after it. */
  readonly talks: readonly (readonly string[])[];
}

/** Hundred texts that are nowhere else. */
const canaries = Array.from({ length: 100 }, (_, n) => `canary ${n} ${'sings in the coal mine '.repeat(1 + (n % 3))}`);

const long = Array.from(
  { length: 28 },
  (_, n) => `parrot ${n} ${'talks and talks and talks about it all. '.repeat(12)}`,
);

const LIVES: readonly [Life, Life] = [
  {
    me: 'annabella.surname',
    peer: 'bartholomew',
    site: 'https://first-site.example',
    pins: ['748291', '748292', '914705'],
    talks: [canaries.slice(0, 40), canaries.slice(40, 70), canaries.slice(70)],
  },
  {
    me: 'zoe',
    peer: 'yorick-of-denmark',
    site: 'https://another.example',
    pins: ['kettle drum', 'kettle drums', '305918'],
    // Fewer and longer; together as long as the others, within a step of the sizes that blobs have.
    talks: [long.slice(0, 12), long.slice(12, 20), long.slice(20)],
  },
];

/** Which of their steps sent what. */
type Steps = Record<string, readonly Heard[]>;

let vault: VaultProcess;
let recorder: Recorder;
const sent: (RequestInit | undefined)[] = [];
let lives: { readonly steps: Steps; readonly secrets: readonly Uint8Array[] }[] = [];

const send = (url: string, init?: RequestInit): Promise<Response> => {
  sent.push(init);
  return fetch(url, init);
};

async function live(life: Life): Promise<(typeof lives)[number]> {
  const chat = await Chat.open(life, send);
  const { me } = chat;
  const steps: Record<string, readonly Heard[]> = {};
  const note = (step: string) => {
    steps[step] = recorder.take();
  };
  const [before, then, later] = life.talks;
  for (const text of before!) await chat.say(text);
  await me.enrol([recorder.url], 1, life.pins[0]);
  must(await me.call('backup.save', {}));
  await me.until(({ vaults }) => vaults[0]?.left === 10);
  note('enrol');
  for (const text of then!) await chat.say(text);
  await chat.answer(then![0]!);
  note('chat');
  must(await me.call('backup.save', {}));
  note('upload');
  must(await me.call('backup.changePin', { pin: life.pins[2] }));
  must(await me.call('backup.save', {}));
  await me.until(({ vaults }) => vaults[0]?.left === 10);
  note('new PIN');
  for (const text of later!) await chat.say(text);
  must(await me.call('backup.save', {}));
  note('upload again');
  const kept = await me.around.store.read((rows) => getSingle(rows, LIVE));
  const fresh = await BackupBrowser.open(send, me.synced);
  const address = await fresh.find();
  const wrong = await fresh.call('backup.restore', { address, secret: 'pin', typed: life.pins[1] });
  expect(wrong).toMatchObject({ code: 'WrongPin', left: 9 });
  note('wrong PIN');
  must(await fresh.call('backup.restore', { address, secret: 'pin', typed: life.pins[2] }));
  // Behind the answer the rest is taken in, and the vault is heard.
  await fresh.until(({ restore, vaults }) => restore?.finished === true && vaults[0]?.left === 10);
  note('restore');
  must(await fresh.call('backup.off', { sure: true }));
  note('off');
  fresh.close();
  chat.close();
  return { steps, secrets: [kept!.root.reveal().slice(), kept!.address.locator] };
}

beforeAll(async () => {
  vault = new VaultProcess({ SOTTO_VAULT_WORK: 'on' });
  await vault.start();
  recorder = await Recorder.start(vault.url);
  lives = [];
  for (const life of LIVES) lives.push(await live(life));
}, 180_000);
afterAll(async () => {
  await recorder?.stop();
  await vault?.stop();
  removeAll();
}, 60_000);

const B64 = /^[A-Za-z0-9_-]+$/;

/** A text as it tells nothing but its kind: bytes by their number, numbers as they are. */
function shapeOf(value: unknown): unknown {
  if (typeof value === 'string') return B64.test(value) ? `${Buffer.from(value, 'base64url').length} bytes` : value;
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

/** What is in the clear in a blob: version, epoch and number of a segment; format and version of a manifest. */
function shapeOfBlob(name: string, body: Uint8Array): string {
  const clear = name === 'manifest' ? 9 : /^s\d+$/.test(name) ? 13 : 1;
  return `${body.length} bytes, ${Buffer.from(body.subarray(0, clear)).toString('hex')}`;
}

/** A name that is a word of ours, or so many bytes. */
const shapeOfName = (name: string) => (/^(manifest|s\d+)$/.test(name) ? name : `${name.length} letters`);

/** The clock: what the first eight bytes of a writer's nonce say. */
function shapeOfHeader(name: string, value: string): string {
  if (name === 'host') return 'host';
  if (name === 'sotto-blob-work') return value.split('.').map(shapeOf).join(' . ');
  return name.startsWith('sotto-') ? `${shapeOf(value)}` : value;
}

function shapeOfRequest({ method, path, headers, body, status }: Heard): unknown {
  const [, , room, id, name] = path.split('/');
  const isBlob = room === 'blobs';
  const place = [room, id && shapeOf(id), name && (isBlob ? shapeOfName(name) : name), ...path.split('/').slice(5)];
  return {
    request: `${method} ${place.filter((part) => part !== undefined).join(' ')} -> ${status}`,
    headers: headers.map(([header, value]) => `${header}: ${shapeOfHeader(header, value)}`).sort(),
    body:
      body.length === 0 ? '' : isBlob ? shapeOfBlob(name!, body) : shapeOf(JSON.parse(Buffer.from(body).toString())),
  };
}

/** What goes on side by side comes in any order. */
const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

const all = () => lives.flatMap(({ steps }) => Object.values(steps).flat());

describe('a vault and a blob host', () => {
  it('see the same of two people who say other things, of other lengths, to others, elsewhere', () => {
    const [one, other] = lives.map(({ steps }) =>
      Object.fromEntries(Object.entries(steps).map(([step, heard]) => [step, heard.map(shapeOfRequest).sort(byText)])),
    );
    expect(one).toEqual(other);
    expect(Object.values(one!).flat().length).toBeGreaterThan(30);
  });

  it('see nothing at all while people chat: what is said is uploaded together, later', () => {
    for (const { steps } of lives) {
      expect(steps.chat).toEqual([]);
      const uploads = steps.upload!.map(({ method, path }) => `${method} ${path.split('/').slice(4).join('/')}`);
      expect(uploads).toEqual(['PUT s1', 'PUT manifest', 'PUT head']);
    }
  });

  it('get blobs of five sizes, and wraps of one', () => {
    const sizes = new Set(
      all().flatMap(({ path, body }) => (path.includes('/blobs/') && body.length > 0 ? body.length : [])),
    );
    expect([...sizes].sort((a, b) => a - b)).toEqual([73, 4096, 16_384]);
  });

  it('see no id twice with two people, and none of the keys that hold it all together', () => {
    const idsOf = ({ steps }: (typeof lives)[number]) =>
      new Set(
        Object.values(steps)
          .flat()
          .flatMap(({ path, headers, body }) => [
            ...path.split('/').filter((part) => part.length >= 20),
            ...headers.flatMap(([name, value]) => (name.startsWith('sotto-') ? value.split('.') : [])),
            ...(Buffer.from(body)
              .toString('latin1')
              .match(/"[A-Za-z0-9_-]{20,}"/g) ?? []),
          ]),
      );
    const [one, other] = lives.map(idsOf);
    const common = [...one!].filter((id) => other!.has(id));
    // The challenge of the vault's proof of work, and its own id in what it keeps.
    const ofVault = new Set(all().flatMap(({ headers, body }) => [...challengesOf(headers), ...vaultIdsOf(body)]));
    expect(common.filter((id) => !ofVault.has(id.replaceAll('"', '')))).toEqual([]);
    for (const { secrets } of lives) {
      for (const secret of secrets) expect(all().filter((heard) => holds(heard, secret))).toEqual([]);
    }
  });

  it('get the headers of the protocol and nothing of the browser or the site', () => {
    const ours = new Set(['sotto-nonce', 'content-type', 'if-match', 'sotto-blob-key', 'sotto-blob-signature']);
    ours.add('sotto-blob-work');
    // What Node adds to whatever it sends, in the place of what a browser does.
    const added = { connection: 'keep-alive', accept: '*/*', 'accept-language': '*', 'sec-fetch-mode': 'cors' };
    const nodes: Record<string, string> = { ...added, 'user-agent': 'node', 'accept-encoding': 'gzip, deflate' };
    Object.assign(nodes, { pragma: 'no-cache', 'cache-control': 'no-cache' });
    for (const { headers } of all()) {
      for (const [name, value] of headers) {
        if (ours.has(name) || name === 'host' || name === 'content-length') continue;
        expect([name, value]).toEqual([name, nodes[name]]);
      }
    }
    const settings = ['method', 'headers', 'body', 'signal', 'cache', 'credentials', 'redirect', 'referrerPolicy'];
    for (const init of sent) {
      expect(settings).toEqual(expect.arrayContaining(Object.keys(init!)));
      expect(init).toMatchObject({ cache: 'no-store', credentials: 'omit', redirect: 'error' });
      expect(init!.referrerPolicy).toBe('no-referrer');
      expect(Object.keys(init!.headers!).filter((name) => !ours.has(name))).toEqual([]);
    }
    expect(sent.length).toBe(all().length);
  });

  it('hear and keep none of the texts, names, sites and PINs', async () => {
    const words = LIVES.flatMap(({ me, peer, site, pins, talks }) => [me, peer, site, ...pins, ...talks.flat()]);
    const looked = words.filter((word) => word.length > 4);
    expect(looked.length).toBeGreaterThan(100);
    const heard = all().flatMap(partsOf);
    // Stopped, so that everything is in its files.
    await vault.stop();
    const files = readdirSync(vault.data).filter((name) => name.includes('.sqlite'));
    expect(files).toEqual(expect.arrayContaining(['records.sqlite', 'blobs.sqlite']));
    const kept = files.map((name) => readFileSync(join(vault.data, name)));
    expect(kept.reduce((bytes, { length }) => bytes + length, 0)).toBeGreaterThan(50_000);
    for (const word of looked) {
      const spellings = [Buffer.from(word), Buffer.from(word, 'utf16le'), ...inBase64(word), Buffer.from(hex(word))];
      for (const spelling of spellings) {
        expect(
          [...heard, ...kept].some((bytes) => bytes.includes(spelling)),
          word,
        ).toBe(false);
      }
    }
    for (const secret of lives.flatMap(({ secrets }) => secrets)) {
      expect(kept.some((bytes) => bytes.includes(Buffer.from(secret)))).toBe(false);
    }
  });

  it('keep after the backup is off: that there was one, and when; no blob is left, though it was restored by PIN', async () => {
    await vault.stop();
    const records = await openDatabase(join(vault.data, 'records.sqlite'));
    const rows = await records.all('SELECT * FROM records');
    const events = await records.all('SELECT event, record FROM attempt_log WHERE record IS NOT NULL ORDER BY seq');
    const unfinished = await records.all('SELECT generation FROM doomed_keys UNION ALL SELECT generation FROM pending');
    await records.close();
    expect(rows).toHaveLength(2);
    const [tombstone] = rows;
    const told = ['id', 'state', 'generation', 'version', 'tries', 'event_replica', 'event_seq', 'mac'];
    const numbers = { tries_left: 0, next_at: 0, unlock_failures: 0, unlock_failed_at: 0 };
    for (const [column, value] of Object.entries(tombstone!)) {
      if (!told.includes(column))
        expect([column, value]).toEqual([column, numbers[column as keyof typeof numbers] ?? null]);
    }
    expect(tombstone!.state).toBe('gone');
    expect(unfinished).toEqual([]);
    const own = events.filter(({ record }) => Buffer.compare(record as Uint8Array, tombstone!.id as Uint8Array) === 0);
    expect(own.map(({ event }) => event)).toEqual(['finish', 'renew', 'charge', 'charge', 'unlock', 'delete']);
    const blobs = await openDatabase(join(vault.data, 'blobs.sqlite'));
    const left = await blobs.all('SELECT size FROM blobs');
    const buckets = await blobs.all('SELECT used FROM buckets');
    await blobs.close();
    expect(left).toEqual([]);
    expect(buckets.map(({ used }) => used)).toEqual([0, 0, 0, 0]);
  });
});

const hex = (word: string) => Buffer.from(word).toString('hex');

/** As it would stand in base 64, wherever it begins. */
function inBase64(word: string): Buffer[] {
  const spellings = [0, 1, 2].map((shift) => {
    const encoded = Buffer.from('\0'.repeat(shift) + word).toString('base64');
    // The letters at the ends depend on what stands beside it.
    return Buffer.from(encoded.slice(shift === 0 ? 0 : 4, -4));
  });
  // A few letters are found in any random text.
  return spellings.filter(({ length }) => length >= 8);
}

/** Everything of a request as bytes: what is in base 64 also as what it stands for. */
function partsOf({ path, headers, body }: Heard): Buffer[] {
  const text = [path, ...headers.map(([, value]) => value), Buffer.from(body).toString('latin1')].join('\n');
  const coded = text.match(/[A-Za-z0-9_-]{8,}/g) ?? [];
  return [Buffer.from(text), Buffer.from(body), ...coded.map((part) => Buffer.from(part, 'base64url'))];
}

function holds(heard: Heard, secret: Uint8Array): boolean {
  return partsOf(heard).some((bytes) => bytes.includes(Buffer.from(secret)));
}

function challengesOf(headers: Heard['headers']): string[] {
  return headers.flatMap(([name, value]) => (name === 'sotto-blob-work' ? value.split('.').slice(0, 1) : []));
}

function vaultIdsOf(body: Uint8Array): string[] {
  const text = Buffer.from(body).toString('latin1');
  if (!text.startsWith('{')) return [];
  const { sealed, work } = JSON.parse(text) as { sealed?: { vaults: string[] }; work?: { challenge: string } | null };
  return [...(sealed?.vaults ?? []), ...(work ? [work.challenge] : [])];
}
