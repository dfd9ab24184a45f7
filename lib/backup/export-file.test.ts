import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import {
  EXPORT_HEAD_LENGTH,
  type ExportSecret,
  inspectExport,
  MOST_EXPORT_BYTES,
  makeExportCode,
  openExport,
  parseExportCode,
  printExportCode,
  sealExport,
} from './export-file.ts';
import { type EncodedRecord, encodeRecord } from './records.ts';
import { parseRecoveryCode } from './recovery-card.ts';
import { makeRootKey } from './root-key.ts';
import { message } from './test-log.ts';
import { codeOf, random } from './test-world.ts';

beforeAll(cryptoReady);

const root = makeRootKey(random);
const records = [1, 2, 3].map((number) => encodeRecord(message(number)));
const content = { root, records };
const byPassphrase = (passphrase: string): ExportSecret => ({ kind: 'passphrase', passphrase });
const right = byPassphrase('a long passphrase');

/** What is named where the byte at `at` was altered. At 38 stands the length's highest byte: no file is so long. */
function codeAt(at: number): string {
  if (at < 12) return 'ExportNotOne';
  if (at === 12 || (at >= 13 && at < 22) || at === 38 || at >= 86) return 'ExportDamaged';
  return 'ExportWrongSecret';
}

describe('the export file', () => {
  it('opens with its passphrase, in any spelling of Unicode, or its code', async () => {
    const accented = byPassphrase('Cafe\u0301 au lait à 4h');
    const file = sealExport(content, accented, random);
    const opened = openExport(file, byPassphrase('Café au lait à 4h'));
    expect(opened.records).toEqual(records);
    expect(opened.root.equals(root)).toBe(true);
    expect(await codeOf(() => openExport(file, right))).toBe('ExportWrongSecret');
    const code: ExportSecret = { kind: 'code', code: makeExportCode(random) };
    const coded = sealExport(content, code, random);
    expect(openExport(coded, code).records).toEqual(records);
    expect(await codeOf(() => openExport(coded, { kind: 'code', code: makeExportCode(random) }))).toBe(
      'ExportWrongSecret',
    );
    expect(await codeOf(() => openExport(coded, right))).toBe('ExportWrongSecret');
    expect(await codeOf(() => openExport(file, code))).toBe('ExportWrongSecret');
    expect(openExport(sealExport({ root, records: [] }, code, random), code).records).toEqual([]);
  });

  it('shows nothing of what is inside, and is another file each time', () => {
    const code: ExportSecret = { kind: 'code', code: makeExportCode(random) };
    const [one, other] = [sealExport(content, code, random), sealExport(content, code, random)];
    expect(Buffer.from(one).toString('latin1')).not.toContain('message');
    expect(one).not.toEqual(other);
    expect(new TextDecoder().decode(one.subarray(0, 12))).toBe('SOTTO-BACKUP');
  });

  it('names every byte that was altered, by where it stands', async () => {
    const code: ExportSecret = { kind: 'code', code: makeExportCode(random) };
    const file = sealExport(content, code, random);
    for (let at = 0; at < file.length; at++) {
      const altered = file.map((byte, i) => (i === at ? byte ^ 1 : byte));
      const expected = codeAt(at);
      expect([at, await codeOf(() => openExport(altered, code))]).toEqual([at, expected]);
    }
    for (const length of [12, 13, 50, 85, 86, file.length - 1]) {
      expect(await codeOf(() => openExport(file.subarray(0, length), code))).toBe('ExportDamaged');
    }
    expect(await codeOf(() => openExport(file.subarray(0, 11), code))).toBe('ExportNotOne');
    expect(await codeOf(() => openExport(Uint8Array.of(...file, 0), code))).toBe('ExportDamaged');
    expect(
      await codeOf(() =>
        openExport(
          file.map((byte, i) => (i === 12 ? 2 : byte)),
          code,
        ),
      ),
    ).toBe('UpdateNeeded');
  });

  it('asks nobody for more work or memory than is reasonable', async () => {
    const file = sealExport(content, right, random);
    const view = (passes: number, memoryKiB: number) => {
      const altered = file.slice();
      new DataView(altered.buffer).setUint32(14, passes);
      new DataView(altered.buffer).setUint32(18, memoryKiB);
      return altered;
    };
    for (const [passes, memory] of [
      [17, 1024],
      [0, 1024],
      [1, 7],
      [1, 524_289],
    ] as const) {
      expect(await codeOf(() => openExport(view(passes, memory), right))).toBe('ExportDamaged');
    }
    expect(await codeOf(() => openExport(view(16, 8), right))).toBe('ExportWrongSecret');
  });

  it('takes a passphrase of twelve characters, and 64 MiB', async () => {
    expect(await codeOf(() => sealExport(content, byPassphrase('elevenchars'), random))).toBe('PinTooShort');
    expect(sealExport(content, byPassphrase('twelve chars'), random).length).toBeGreaterThan(0);
    const code: ExportSecret = { kind: 'code', code: makeExportCode(random) };
    const room = MOST_EXPORT_BYTES - 86 - 16 - 4 - 36 - 4;
    const big = (length: number) => ({ root, records: [new Uint8Array(length) as Uint8Array as EncodedRecord] });
    expect(sealExport(big(room), code, random)).toHaveLength(MOST_EXPORT_BYTES);
    expect(await codeOf(() => sealExport(big(room + 1), code, random))).toBe('ExportTooLarge');
    const file = new Uint8Array(MOST_EXPORT_BYTES + 1);
    file.set(new TextEncoder().encode('SOTTO-BACKUP'));
    expect(await codeOf(() => openExport(file, code))).toBe('ExportTooLarge');
  });

  it('says by its head alone what opens it, and what is no whole file of ours', async () => {
    const code: ExportSecret = { kind: 'code', code: makeExportCode(random) };
    const [one, other] = [sealExport(content, code, random), sealExport(content, right, random)];
    const head = (file: Uint8Array) => file.subarray(0, EXPORT_HEAD_LENGTH);
    expect(inspectExport(head(one), one.length)).toBe('code');
    expect(inspectExport(head(other), other.length)).toBe('passphrase');
    expect(await codeOf(() => inspectExport(head(one), one.length - 1))).toBe('ExportDamaged');
    expect(await codeOf(() => inspectExport(head(one), one.length + 1))).toBe('ExportDamaged');
    expect(await codeOf(() => inspectExport(one.subarray(0, EXPORT_HEAD_LENGTH - 1), 85))).toBe('ExportDamaged');
    expect(await codeOf(() => inspectExport(head(one), MOST_EXPORT_BYTES + 1))).toBe('ExportTooLarge');
    expect(await codeOf(() => inspectExport(new TextEncoder().encode('a letter'), 8))).toBe('ExportNotOne');
    const third = one.map((byte, at) => (at === 13 ? 3 : byte));
    expect(await codeOf(() => inspectExport(head(third), third.length))).toBe('ExportDamaged');
  });

  it('has a code of its own, which is not that of a recovery card', async () => {
    const code = makeExportCode(random);
    const printed = printExportCode(code);
    expect(printed).toMatch(/^([0-9A-Z]{5}-){5}[0-9A-Z]{5}$/);
    expect(parseExportCode(printed.toLowerCase()).equals(code)).toBe(true);
    expect(await codeOf(() => parseRecoveryCode(printed))).toBe('CodeOfOtherKind');
    expect(await codeOf(() => parseExportCode(printed.slice(1)))).toBe('CodeLength');
  });
});
