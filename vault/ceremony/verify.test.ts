import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCustody } from '../custody/index.ts';
import { type SoftHsm, startSoftHsm, USER_PIN, userPin } from '../test-support/softhsm.ts';

let hsm: SoftHsm;
beforeAll(() => {
  hsm = startSoftHsm();
  hsm.makeVault('good');
  hsm.makeVault('open', '--unwrap-template', 'none');
});
afterAll(() => hsm.remove());

function verify(...args: string[]) {
  const script = join(import.meta.dirname, 'verify.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, '--module', hsm.module, ...args], {
    encoding: 'utf8',
  });
  return { lines: stdout.split('\n').filter(Boolean), stderr, status };
}
const withPin = (...args: string[]) => verify('--pin-file', hsm.pinFile, ...args);

describe('looking at a vault', () => {
  it('says the grade, what clients pin and the anchors, as the ceremony did, and ends with 0', async () => {
    const custody = await openCustody({ mode: 'wrapped', module: hsm.module, tokenLabel: 'good', pin: userPin() });
    await custody.writeAnchor('one', { seq: 12, head: new Uint8Array(32) });
    await custody.close();
    const { lines, status } = withPin('--token', 'good');
    expect(status).toBe(0);
    const ceremony = hsm.holdCeremony('good').split('\n');
    for (const what of ['identity key', 'fingerprint', 'vault id', 'lineage']) {
      const line = lines.find((text) => text.startsWith(what));
      expect(line).toBe(ceremony.find((text) => text.startsWith(what)));
    }
    expect(lines).toContain('mode          wrapped');
    expect(lines).toContain('grade         enforced');
    expect(lines).toContain('anchor        one at 12');
    expect(lines.filter((line) => line.startsWith('weakness'))).toEqual([]);
    expect(lines.join()).not.toContain(USER_PIN);
  });

  it('ends with 3 where the device does not enforce custody, and says why', () => {
    const { lines, status } = withPin('--token', 'open');
    expect(status).toBe(3);
    expect(lines).toContain('grade         unenforced');
    expect(lines).toContain('weakness      a user key comes back readable');
    expect(withPin('--token', 'good', '--mode', 'hmac').status).toBe(3);
  });

  it('ends with 1 and the code of what is in its way', () => {
    const file = `${hsm.pinFile}-wrong`;
    writeFileSync(file, '1234567890');
    for (const [args, said] of [
      [['--token', 'nobody', '--pin-file', hsm.pinFile], /^verify: HsmUnavailable/],
      [
        ['--token', 'good', '--pin-file', hsm.pinFile, '--wrap-mechanism', '0x210b'],
        /^verify: MechanismMissing \(0x210b\)/,
      ],
      [['--token', 'good', '--pin-file', hsm.pinFile, '--name', 'x'], /^verify: HsmNotReady \(identity: 0 objects\)/],
      [['--token', 'good', '--pin-file', hsm.pinFile, '--mode', 'software'], /known --mode/],
      [['--token', 'open', '--pin-file', file], /^verify: HsmPinWrong/],
    ] as const) {
      const { stderr, status, lines } = verify(...args);
      expect(stderr).toMatch(said);
      expect(status).toBe(1);
      expect(lines).toEqual([]);
    }
  });
});
