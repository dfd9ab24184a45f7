import { Console } from 'node:console';
import { type Runtime, Session } from 'node:inspector';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from './secret.ts';

// A pattern that no other part of a printed object holds, in every notation that a leak could have.
const BYTES = Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0xde, 0xad, 0xbe, 0xef);
const TRACES = [/de,? ?ad/i, /222,\s*173/, /deadbeef/i, /3q2-7/, /3q2\+7/, /\xde\xad/];
const secret = () => SecretBytes.of<'Sample'>(BYTES.slice());

function expectNoTrace(text: string): void {
  for (const trace of TRACES) expect(text).not.toMatch(trace);
}

describe('a secret', () => {
  it('gives its own bytes to whoever asks by name, not a copy', () => {
    const bytes = BYTES.slice();
    const holder = SecretBytes.of<'Sample'>(bytes);
    expect(holder.reveal()).toBe(bytes);
    expect(holder.length).toBe(8);
  });

  it('has exactly the promised length: one byte less or more is refused with both numbers', () => {
    expect(SecretBytes.of<'Sample'>(new Uint8Array(32), 32).length).toBe(32);
    for (const length of [31, 33]) {
      expect(() => SecretBytes.of<'Sample'>(new Uint8Array(length), 32)).toThrow(
        new RangeError(`expected a secret of 32 bytes, got ${length}`),
      );
    }
  });

  it('equals a secret of the same bytes and no other', () => {
    expect(secret().equals(secret())).toBe(true);
    expect(secret().equals(SecretBytes.of(Uint8Array.of(0xde)))).toBe(false);
    expect(secret().equals(SecretBytes.of(new Uint8Array(8)))).toBe(false);
  });

  it('holds zeros after it was wiped, in the array that was given away', () => {
    const bytes = BYTES.slice();
    const holder = SecretBytes.of<'Sample'>(bytes);
    holder.wipe();
    expect(bytes).toEqual(new Uint8Array(8));
    expect(holder.reveal()).toEqual(new Uint8Array(8));
  });
});

describe('a secret that is printed', () => {
  it('is [redacted] as a string, in a template, joined, and added to text', () => {
    expect(String(secret())).toBe('[redacted]');
    expect(secret().toString()).toBe('[redacted]');
    expect(`${secret()}`).toBe('[redacted]');
    expect(`key: ${[secret(), secret()]}`).toBe('key: [redacted],[redacted]');
    // biome-ignore lint/style/useTemplate: adding is the case under test
    expect('key: ' + secret()).toBe('key: [redacted]');
    expect(Number(secret())).toBeNaN();
  });

  it('is [redacted] in JSON, at any depth', () => {
    expect(JSON.stringify(secret())).toBe('"[redacted]"');
    expect(JSON.stringify({ chain: { keys: [secret()] } })).toBe('{"chain":{"keys":["[redacted]"]}}');
    expect(JSON.stringify(secret(), null, 2)).toBe('"[redacted]"');
  });

  it('is [redacted] to the inspector, in objects, arrays, maps and sets', () => {
    expect(inspect(secret())).toBe('[redacted]');
    expect(inspect({ key: secret() })).toBe('{ key: [redacted] }');
    expect(inspect([secret()])).toBe('[ [redacted] ]');
    expect(inspect(new Map([['key', secret()]]))).toBe("Map(1) { 'key' => [redacted] }");
    expect(inspect(new Map([[secret(), 1]]))).toBe('Map(1) { [redacted] => 1 }');
    expect(inspect(new Set([secret()]))).toBe('Set(1) { [redacted] }');
    expect(format('%s %j %o %O', secret(), secret(), secret(), secret())).toBe(
      '[redacted] "[redacted]" [redacted] [redacted]',
    );
  });

  it('shows nothing to an inspector that ignores custom printing and looks at hidden properties', () => {
    for (const options of [{ customInspect: false }, { customInspect: false, showHidden: true, getters: false }]) {
      expectNoTrace(inspect({ key: secret() }, { ...options, depth: null }));
    }
  });

  it('is [redacted] on the console', () => {
    const written: string[] = [];
    const stdout = new Writable({
      write: (chunk, _encoding, done) => {
        written.push(String(chunk));
        done();
      },
    });
    const { log } = new Console({ stdout });
    log(secret(), { key: secret() });
    log('%s', secret());
    expect(written.join('')).toBe('[redacted] { key: [redacted] }\n[redacted]\n');
  });

  it("shows a browser's console no byte of itself, alone or in an object", () => {
    const session = new Session();
    session.connect();
    const shown: Runtime.RemoteObject[] = [];
    try {
      Object.assign(globalThis, { shown: secret() });
      for (const expression of ['shown', '({ key: shown })', '[shown]', 'new Map([["key", shown]])']) {
        session.post('Runtime.evaluate', { expression, generatePreview: true }, (_, reply) => shown.push(reply.result));
      }
    } finally {
      session.disconnect();
      Reflect.deleteProperty(globalThis, 'shown');
    }
    expect(shown.map(({ className }) => className)).toEqual(['SecretBytes', 'Object', 'Array', 'Map']);
    const printed = JSON.stringify(shown.map(({ preview }) => preview));
    expectNoTrace(printed);
    expect(printed).not.toMatch(/"(222|173|190|239)"/);
    expect(printed).toContain('[redacted]');
  });

  it('is [redacted] in an error: message, cause, own properties, stack', () => {
    const error = Object.assign(new Error(`no session for ${secret()}`, { cause: secret() }), { key: secret() });
    expect(error.message).toBe('no session for [redacted]');
    const printed = inspect(error, { depth: null });
    expect(printed).toContain('key: [redacted]');
    expect(printed).toContain('[cause]: [redacted]');
    expectNoTrace(printed + error.stack + JSON.stringify(error) + inspect(new AggregateError([secret()])));
  });

  it('has nothing but that word to list, spread, assign or clone', () => {
    const holder = secret();
    expect(Reflect.ownKeys(holder)).toEqual(['shown']);
    expect({ ...holder }).toEqual({ shown: '[redacted]' });
    expect(Object.entries(Object.assign({}, holder))).toEqual([['shown', '[redacted]']]);
    const clone: unknown = structuredClone(holder);
    expect(clone).toEqual({ shown: '[redacted]' });
    expectNoTrace(inspect(structuredClone({ keys: new Map([['a', [holder]]]) }), { depth: null }));
  });
});
