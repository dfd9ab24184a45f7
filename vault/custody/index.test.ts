import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { encodeUtf8, SecretBytes } from '../../lib/bytes/index.ts';
import { openCustody } from './index.ts';

vi.mock('pkcs11js', () => {
  throw new Error('it was not compiled');
});

it('a vault in software opens without the compiled library, and one with an HSM says that it is not ready', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-custody-'));
  const custody = await openCustody({ mode: 'software', keyFile: join(folder, 'keys') });
  expect(await custody.mac(encodeUtf8('a'))).toHaveLength(32);
  await custody.close();
  rmSync(folder, { recursive: true });
  const pin = SecretBytes.of<'HsmPin'>(encodeUtf8('1234'));
  await expect(openCustody({ mode: 'wrapped', module: '/m.so', tokenLabel: 't', pin })).rejects.toEqual(
    expect.objectContaining({ name: 'Failure', code: 'HsmNotReady', retry: 'user' }),
  );
});
