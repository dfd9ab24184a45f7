import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeHex, encodeHex, encodeUtf8 } from '../../../lib/bytes/index.ts';
import { type SoftHsm, startSoftHsm, userPin } from '../../test-support/softhsm.ts';
import { openCustody } from '../index.ts';

let hsm: SoftHsm;
const peer = join(import.meta.dirname, '../../test-support/custody-peer.ts');
const writer = join(import.meta.dirname, '../../test-support/anchor-writer.ts');
const head = (value: number) => new Uint8Array(32).fill(value);

beforeAll(() => {
  hsm = startSoftHsm();
  hsm.makeVault('shared');
});
afterAll(() => hsm.remove());

/** Another process with the same token: evaluates the key it is given, makes one, writes its anchors. */
function runPeer(mode: string, replica: string, key: object): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [peer, hsm.module, 'shared', mode, replica, JSON.stringify(key)], {
      env: { ...process.env, ...hsm.environment },
    });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      output += data;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(output))));
  });
}

describe.each(['wrapped', 'resident'] as const)('two processes on one token, in mode %s', (mode) => {
  it('answer alike for keys of either, and keep their anchors apart', async () => {
    const custody = await openCustody({ mode, module: hsm.module, tokenLabel: 'shared', pin: userPin() });
    const context = encodeUtf8('here');
    const key = { ...(await custody.createKey(context)), context };
    const texts = Object.fromEntries(Object.entries(key).map(([name, bytes]) => [name, encodeHex(bytes)]));
    const expected = encodeHex(await custody.evaluate(key, key.publicKey));
    const peers = ['b', 'c'].map((name) => runPeer(mode, `${mode}-${name}`, texts));
    for (let seq = 1; seq <= 60; seq++) {
      await custody.writeAnchor(`${mode}-a`, { seq, head: head(seq) });
      expect(encodeHex(await custody.evaluate(key, key.publicKey))).toBe(expected);
      // Lets the peers' output in.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const answer of await Promise.all(peers)) {
      expect(answer.evaluated).toBe(expected);
      expect(answer.identityKey).toBe(encodeHex(custody.identityKey));
      expect(answer.lineage).toBe(encodeHex(custody.lineage));
      const theirs = {
        blob: decodeHex(answer.blob!)!,
        publicKey: decodeHex(answer.publicKey!)!,
        context: decodeHex(answer.context!)!,
      };
      expect(encodeHex(await custody.evaluate(theirs, key.publicKey))).toBe(answer.ownEvaluated);
    }
    const anchors = await custody.anchors();
    expect(anchors.get(`${mode}-a`)).toEqual({ seq: 60, head: head(60) });
    for (const name of ['b', 'c']) expect(anchors.get(`${mode}-${name}`)).toEqual({ seq: 40, head: head(40) });
    await custody.close();
  });
});

/** Starts a writer, kills it after `delay` ms from its first anchor on, and gives the last seq it called written. */
function killWriter(writing: string, replica: string, delay: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, hsm.module, 'shared', writing, replica], {
      env: { ...process.env, ...hsm.environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data) => {
      if (output === '') setTimeout(() => child.kill('SIGKILL'), delay);
      output += data;
    });
    child.on('error', reject);
    child.on('close', () => {
      // What follows the last line break may be half a number.
      resolve(Number(output.split('\n').at(-2) ?? Number.NaN));
    });
  });
}

describe.each(['label', 'object'] as const)('a process that is killed while it replaces anchors by %s', (writing) => {
  it('leaves an anchor that is no older than the last one it called written', async () => {
    const replica = `killed-${writing}`;
    let last = 0;
    for (let round = 0; round < 8; round++) {
      const written = await killWriter(writing, replica, 3 + 7 * round);
      expect(written).toBeGreaterThan(last);
      const custody = await openCustody({ mode: 'wrapped', module: hsm.module, tokenLabel: 'shared', pin: userPin() });
      const anchor = await custody.readAnchor(replica);
      await custody.close();
      expect(anchor!.seq - written).toBeGreaterThanOrEqual(0);
      // One write may have been done and not yet told.
      expect(anchor!.seq - written).toBeLessThanOrEqual(1);
      expect(anchor!.head).toEqual(head(anchor!.seq & 0xff));
      last = anchor!.seq;
    }
  });
});
