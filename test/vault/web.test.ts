import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../lib/bytes/index.ts';
import {
  blobPath,
  decodeRefusal,
  encodeBody,
  encodeHeader,
  evaluateRequest,
  type InviteToken,
  type Locator,
  NONCE_HEADER,
  recordTarget,
  SIGNATURE_HEADER,
} from '../../lib/vault-protocol/index.ts';
import { openDatabase } from '../../vault/database/open.ts';
import { type Enrolled, finishOf, must, randomElement, randomUnlock, type TestClient } from './support/client.ts';
import { until, VaultProcess } from './support/vault-process.ts';
import { instead, randomBytesOf, removeAll, theSoftHsm, World } from './support/world.ts';
import { solve, TestWriter, workHeader } from './support/writer.ts';

let vault: VaultProcess;

afterEach(async () => {
  await vault.stop();
});
afterAll(removeAll);

async function start(settings: Record<string, string> = {}): Promise<TestClient> {
  vault = new VaultProcess({ SOTTO_VAULT_WORK: 'off', ...settings });
  await vault.start();
  return vault.client();
}

async function refusalOf(response: Response): Promise<unknown> {
  return decodeRefusal(response.status, new Uint8Array(await response.arrayBuffer()));
}

describe('a whole vault', () => {
  it('signs what it says of itself, and says what it is', async () => {
    const client = await start({ SOTTO_VAULT_TRIES: '7', SOTTO_VAULT_TRIES_MOST: '8', SOTTO_VAULT_WORK: 'on' });
    const info = await client.info();
    expect(info).toMatchObject({
      protocol: 1,
      custody: { mode: 'software', grade: 'software' },
      limits: { tries: 7, triesMost: 8, recordBytes: 4096, segmentBytes: 1_048_576, quotaBytes: 67_108_864 },
      enrolment: { work: { bits: 16 }, token: 'none' },
    });
    expect(Math.abs(info.time - Date.now())).toBeLessThan(60_000);
  });

  it('serves a whole life of a record over HTTP, every answer signed', async () => {
    const client = await start();
    const { id, unlock } = await client.enrolled(5);
    expect(must(await client.evaluate(id, randomElement())).left).toBe(4);
    expect(await client.head(id, unlock, 1, new Uint8Array(32))).toEqual({ version: 1 });
    expect(must(await client.unlock(id, unlock))).toMatchObject({ left: 5, head: { version: 1 } });
    const { evaluated } = must(await client.renew(id, unlock, randomElement()));
    const fresh = randomUnlock();
    expect(await client.finishRenewal(id, unlock, finishOf(evaluated, fresh))).toEqual({ left: 10 });
    expect(await client.remove(id, unlock)).toEqual({ code: 'WrongUnlock' });
    expect(await client.remove(id, fresh)).toEqual({});
    expect(await client.evaluate(id, randomElement())).toEqual({ code: 'Gone' });
    const gone = await client.raw(
      recordTarget('evaluate', id),
      encodeBody(evaluateRequest, { blinded: randomElement() }),
    );
    expect([gone.status, gone.signature?.length]).toEqual([410, 64]);
  });

  it('refuses what is malformed by a signed answer, and what it can not even sign by an unsigned one', async () => {
    const client = await start();
    const { id } = await client.enrolled();
    const { path } = recordTarget('evaluate', id);
    const good = new TextDecoder().decode(encodeBody(evaluateRequest, { blinded: randomElement() }));
    const bodies = ['', '{', 'null', '{}', good.replace('}', ',"more":1}'), good.replace('"A', '"/'), `${good}x`];
    for (const body of bodies) {
      const response = await vault.fetch('POST', path, body, { 'content-type': 'application/json' });
      expect(await refusalOf(response.clone())).toEqual({ code: 'BadRequest' });
      expect(response.headers.get(SIGNATURE_HEADER)).toHaveLength(86);
    }
    const unsigned: [string, string, string, Record<string, string>][] = [
      ['POST', path, good, { [NONCE_HEADER]: 'AAAA' }],
      ['POST', `${path}?x=1`, good, {}],
      ['POST', `${path}/`, good, {}],
      ['PUT', path, good, {}],
      ['POST', '/v1/records/short', good, {}],
      ['POST', '/v2/info', good, {}],
      ['PATCH', path, good, {}],
    ];
    for (const [method, where, body, headers] of unsigned) {
      const response = await vault.fetch(method, where, body, headers);
      expect(response.headers.get(SIGNATURE_HEADER)).toBeNull();
      expect(await refusalOf(response)).toEqual({ code: 'BadRequest' });
    }
    expect(must(await client.evaluate(id, randomElement())).left).toBe(9);
  });

  it('refuses bodies that are too large without reading them', async () => {
    const client = await start();
    const { id } = await client.enrolled();
    const { path } = recordTarget('evaluate', id);
    const good = new TextDecoder().decode(encodeBody(evaluateRequest, { blinded: randomElement() }));
    const padded = (length: number) => good + ' '.repeat(length - good.length);
    const whole = await vault.fetch('POST', path, padded(16_384));
    expect(whole.status).toBe(200);
    expect(await refusalOf(await vault.fetch('POST', path, padded(16_385)))).toEqual({ code: 'TooLarge' });
    const blob = blobPath(new TestWriter().bucket, 'a');
    expect(await refusalOf(await vault.fetch('PUT', blob, new Uint8Array(1_048_577)))).toEqual({ code: 'TooLarge' });
    // Who is still sending when it is refused learns why, and does not just find the connection closed.
    for (let round = 0; round < 8; round++) {
      expect(await refusalOf(await vault.fetch('PUT', blob, new Uint8Array(20_000_000)))).toEqual({ code: 'TooLarge' });
    }
  });

  it('cuts off who sends without end', async () => {
    await start();
    const { hostname, port } = new URL(vault.url);
    const socket = connect(Number(port), hostname);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(
      `PUT ${blobPath(new TestWriter().bucket, 'a')} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n`,
    );
    const more = () => {
      while (!socket.destroyed && socket.write(new Uint8Array(1 << 20))) {
        // Until it says that it is full.
      }
    };
    socket.on('drain', more);
    more();
    await closed;
    expect(socket.bytesWritten).toBeLessThan(1_000_000_000);
  });

  it('asks for work, for each record its own', async () => {
    const client = await start({ SOTTO_VAULT_WORK: 'on' });
    const id = client.idOf(randomBytesOf(16));
    const blinded = randomElement();
    const refused = await client.enrol(id, blinded);
    if (!('code' in refused) || refused.code !== 'WorkRequired') throw new Error('no work was asked for');
    const { challenge } = refused.work;
    const solution = solve(refused.work, id);
    const other = client.idOf(randomBytesOf(16));
    expect(await client.enrol(other, blinded, { challenge, solution })).toMatchObject({ code: 'WorkRequired' });
    const altered = challenge.slice() as typeof challenge;
    altered[0] = 0;
    expect(await client.enrol(id, blinded, { challenge: altered, solution })).toMatchObject({ code: 'WorkRequired' });
    const { evaluated } = must(await client.enrol(id, blinded, { challenge, solution }));
    // What is pending already takes no more work.
    expect(must(await client.enrol(id, blinded)).evaluated).toEqual(evaluated);
    expect(await client.finish(id, finishOf(evaluated, randomUnlock()))).toEqual({ left: 10 });
  });

  it('takes invites that its operator made, each for one record and one bucket', async () => {
    const client = await start({ SOTTO_VAULT_TOKEN: 'required' });
    const { stdout, status } = vault.run('invite');
    expect(status).toBe(0);
    const token = SecretBytes.of<'InviteToken'>(new Uint8Array(Buffer.from(stdout.trim(), 'base64url'))) as InviteToken;
    const id = client.idOf(randomBytesOf(16));
    const blinded = randomElement();
    expect(await client.enrol(id, blinded)).toEqual({ code: 'TokenRequired' });
    const foreign = SecretBytes.of<'InviteToken'>(new Uint8Array(16)) as InviteToken;
    expect(await client.enrol(id, blinded, null, foreign)).toEqual({ code: 'TokenRequired' });
    const { evaluated } = must(await client.enrol(id, blinded, null, token));
    must(await client.enrol(id, randomElement(), null, token));
    expect(await client.finish(id, finishOf(evaluated, randomUnlock()))).toEqual({ code: 'NotPending' });
    const other = client.idOf(randomBytesOf(16));
    expect(await client.enrol(other, blinded, null, token)).toEqual({ code: 'TokenRequired' });
    const writer = new TestWriter();
    const headers = { 'sotto-blob-token': encodeHeader(token.reveal()) };
    const request = writer.request('a', { body: new Uint8Array(5), headers });
    expect((await vault.fetch('PUT', request.path, request.body, request.headers)).status).toBe(201);
    expect(vault.run('invite', '--days', '0').status).toBe(2);
  });

  it('keeps blobs, and takes a writer that a record named without more work', async () => {
    const client = await start({ SOTTO_VAULT_WORK: 'on' });
    const send = ({ method, path, body, headers }: ReturnType<TestWriter['request']>) =>
      vault.fetch(method, path, body, headers);
    const stranger = new TestWriter();
    const refused = (await refusalOf(await send(stranger.request('a', { body: new Uint8Array(9) })))) as never;
    expect(refused).toMatchObject({ code: 'WorkRequired' });
    const headers = workHeader((refused as { work: never }).work, stranger.bucket);
    expect((await send(stranger.request('a', { body: new Uint8Array(9), headers }))).status).toBe(201);
    const read = await fetch(vault.url + blobPath(stranger.bucket, 'a'));
    expect([read.status, (await read.arrayBuffer()).byteLength]).toEqual([200, 9]);
    const known = new TestWriter();
    const id = client.idOf(randomBytesOf(16));
    const offer = (await client.info()).enrolment.work!;
    const work = { challenge: offer.challenge, solution: solve(offer, id) };
    const { evaluated } = must(await client.enrol(id, randomElement(), work));
    must(await client.finish(id, { ...finishOf(evaluated, randomUnlock()), blobKey: known.key }));
    expect((await send(known.request('manifest', { body: new Uint8Array(3), over: 0 }))).status).toBe(200);
    const skewed = await send(known.request('b', { time: Date.now() - 400_000 }));
    expect(await refusalOf(skewed)).toMatchObject({ code: 'ClockSkew' });
  });

  it('refuses a network that asks too much, and answers a browser that asks whether it may', async () => {
    await start({ SOTTO_VAULT_RATE: '20', SOTTO_VAULT_RATE_NEW: '3' });
    const preflight = await vault.fetch('OPTIONS', '/v1/info');
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain(NONCE_HEADER);
    const path = `/v1/records/${encodeHeader(randomBytesOf(16))}`;
    const codes: unknown[] = [];
    for (let i = 0; i < 4; i++) codes.push(await refusalOf(await vault.fetch('POST', path, '{}')));
    expect(codes).toEqual([...new Array(3).fill({ code: 'BadRequest' }), expect.objectContaining({ code: 'TooMany' })]);
    let last = await vault.fetch('GET', '/v1/info');
    for (let i = 0; i < 20; i++) last = await vault.fetch('GET', '/v1/info');
    expect(last.status).toBe(429);
    const { nextAt } = (await refusalOf(last)) as { nextAt: number };
    expect(nextAt - Date.now()).toBeLessThanOrEqual(60_000);
  });

  it('tells its operator how it is, in numbers that are about nobody', async () => {
    const client = await start();
    const { id, unlock } = await client.enrolled();
    must(await client.evaluate(id, randomElement()));
    must(await client.unlock(id, unlock));
    expect((await fetch(`${vault.adminUrl}/health/live`)).status).toBe(200);
    expect(await vault.problems()).toEqual({ ready: true, problems: [] });
    const metrics = await (await fetch(`${vault.adminUrl}/metrics`)).text();
    expect(metrics).toContain('sotto_vault_attempts_charged_total 1\n');
    expect(metrics).toContain('sotto_vault_unlocks_total 1\n');
    expect(metrics).toContain('sotto_vault_requests_total{endpoint="evaluate",status="200"} 1\n');
    expect(metrics).toContain('sotto_vault_hsm_up 1\n');
    expect((await fetch(`${vault.url}/metrics`)).status).toBe(400);
  });

  it('writes nothing of anybody into its logs: no secret, no id, no address', async () => {
    const client = await start();
    const said: Uint8Array[] = [];
    const note = <Bytes extends Uint8Array>(bytes: Bytes): Bytes => {
      said.push(bytes);
      return bytes;
    };
    const noteRecord = ({ id, locator, unlock }: Enrolled) => [id, locator, unlock.reveal()].forEach(note);
    const record = await client.enrolled(2, note(randomBytesOf<Locator>(16)));
    noteRecord(record);
    const element = note(randomElement());
    note(must(await client.evaluate(record.id, element)).evaluated);
    await client.unlock(record.id, randomUnlock());
    await client.unlock(record.id, record.unlock);
    await client.evaluate(client.idOf(note(randomBytesOf<Locator>(16))), note(randomElement()));
    await vault.fetch('POST', `/v1/records/${encodeHeader(note(randomBytesOf(16)))}/nonsense`, '{"a":1}');
    await vault.fetch('POST', recordTarget('evaluate', record.id).path, 'x'.repeat(20_000));
    const writer = new TestWriter();
    [writer.bucket, writer.key].forEach(note);
    const { method, path, body, headers } = writer.request('name-of-a-blob', { body: note(randomBytesOf(40)) });
    await vault.fetch(method, path, body, headers);
    // Failures too: the other process is away, and a hand is in the database.
    const database = await openDatabase(join(vault.data, 'records.sqlite'));
    await database.run('UPDATE records SET tries_left = 9');
    await database.close();
    await client.evaluate(record.id, note(randomElement()));
    process.kill(vault.pidOf('hsm'), 'SIGKILL');
    await vault.fetch('POST', recordTarget('evaluate', record.id).path, '{}');
    await vault.line('vault', 'part-died');
    await vault.stop();
    for (const event of ['request-failed', 'hsm-unreachable', 'part-died', 'RowForged']) {
      expect(vault.output).toContain(event);
    }
    for (const bytes of said) {
      for (const form of ['base64url', 'base64', 'hex', 'latin1'] as const) {
        expect(vault.output).not.toContain(Buffer.from(bytes).toString(form));
      }
    }
    for (const word of ['127.0.0.1', '/v1/', 'name-of-a-blob', 'nonsense', 'sqlite-', 'nonce']) {
      expect(vault.output).not.toContain(word);
    }
  });

  it('says that its keys are away while vault-hsm is dead, and starts it again', async () => {
    const client = await start();
    const { id } = await client.enrolled();
    const element = randomElement();
    const before = must(await client.evaluate(id, element));
    process.kill(vault.pidOf('hsm'), 'SIGKILL');
    let away: unknown;
    await until(async () => {
      const told = await client.evaluate(id, element);
      away ??= 'code' in told ? told : undefined;
      return away !== undefined && !('code' in told);
    });
    expect(away).toEqual({ code: 'HsmUnavailable' });
    expect(must(await client.evaluate(id, element))).toEqual(before);
    expect(must(await client.evaluate(id, randomElement())).left).toBe(8);
    const web = vault.pidOf('web');
    process.kill(web, 'SIGKILL');
    await vault.line('web', 'started', 2);
    expect(vault.pidOf('web')).not.toBe(web);
  });

  it('that is told to stop has answered what it charged, and is gone', async () => {
    const client = await start();
    const records = await Promise.all(Array.from({ length: 10 }, () => client.enrolled()));
    const told = records.flatMap(({ id }) =>
      Array.from({ length: 3 }, () =>
        client.evaluate(id, randomElement()).then(
          (answer) => 'evaluated' in answer,
          () => false,
        ),
      ),
    );
    await Promise.race(told);
    expect(await vault.stop()).toBe(0);
    const answered = (await Promise.all(told)).filter((answer) => answer).length;
    const database = await openDatabase(join(vault.data, 'records.sqlite'));
    const [row] = await database.all(`SELECT COUNT(*) AS n FROM attempt_log WHERE event = 'charge'`);
    await database.close();
    expect(answered).toBe(row!.n);
    expect(vault.output).toContain('"part":"hsm","event":"stopped"');
    expect(vault.output).toContain('"part":"web","event":"stopped"');
    vault.spawn();
    expect(await vault.line('hsm', 'started')).toBeDefined();
  });

  it('and that is told so twice, with its parts, still ends in order', async () => {
    await start();
    const parts = [vault.pidOf('web'), vault.pidOf('hsm')];
    for (const pid of parts) process.kill(pid, 'SIGTERM');
    expect(await vault.stop()).toBe(0);
    expect(vault.output).toContain('"part":"hsm","event":"stopped"');
    expect(vault.output).toContain('"part":"web","event":"stopped"');
  });
});

describe('a vault that must not start', () => {
  it.each([
    [{ SOTTO_VAULT_PROT: '1' }, 'ConfigUnknownKey', 'SOTTO_VAULT_PROT'],
    [{ SOTTO_VAULT_PORT: '70000' }, 'ConfigInvalid', 'port'],
    [{ SOTTO_VAULT_CUSTODY: 'wrapped' }, 'ConfigMissing', 'hsmModule'],
    [{ SOTTO_VAULT_CONFIG: '/nowhere.json' }, 'ConfigUnreadable', 'SOTTO_VAULT_CONFIG'],
  ])('with %j says %s, and does not try again', async (settings, code, setting) => {
    vault = new VaultProcess(settings);
    vault.spawn();
    expect(await vault.exit()).toBe(78);
    expect(vault.output).toContain(`"code":"${code}","setting":"${setting}"`);
  });

  it('with a database behind its anchor says so, unless an operator accepts the loss', async () => {
    const client = await start();
    const { id } = await client.enrolled();
    await vault.stop();
    const database = await openDatabase(join(vault.data, 'records.sqlite'));
    await database.run('DELETE FROM attempt_log WHERE seq = 2');
    await database.close();
    vault.spawn();
    expect(await vault.exit()).toBe(78);
    expect(vault.output).toContain('"code":"DatabaseBehindAnchor"');
    vault.spawn('--accept-rollback');
    expect(await vault.line('hsm', 'rollback-accepted')).toContain('"triesLeftAtMost":1');
    await vault.line('web', 'started');
    const again = JSON.parse((await vault.line('web', 'started'))!) as { port: number };
    vault.url = `http://127.0.0.1:${again.port}`;
    await until(async () => !('code' in (await (await vault.client()).evaluate(id, randomElement()))));
    expect(await (await vault.client()).evaluate(id, randomElement())).toMatchObject({ code: 'TooSoon', left: 0 });
  });
});

describe('a vault whose HSM goes away', () => {
  it('says so, charges nothing, and goes on when it is back', async () => {
    vault = new VaultProcess();
    const world = await World.make('softhsm', 'sqlite');
    const replica = await world.open();
    const { id } = await replica.client.enrolled();
    theSoftHsm().unplug();
    const target = recordTarget('evaluate', id);
    const body = encodeBody(evaluateRequest, { blinded: randomElement() });
    const refused = await replica.client.raw(target, body);
    expect([refused.status, refused.signature]).toEqual([503, undefined]);
    expect(decodeRefusal(503, refused.body)).toEqual({ code: 'HsmUnavailable' });
    theSoftHsm().plug();
    await until(async () => (await replica.client.raw(target, body)).status === 200);
    expect(must(await replica.client.evaluate(id, randomElement())).left).toBe(8);
    await world.stop();
  });

  it('between the commit and the anchor answers only when another anchor covers the try', async () => {
    vault = new VaultProcess();
    const world = await World.make('software', 'sqlite');
    let away = false;
    const replica = await world.open({
      between: {
        custody: (real) =>
          instead(real, {
            async writeAnchor(name, anchor) {
              if (away) throw Object.assign(new Error('gone'), { code: 'HsmUnavailable' });
              return real.writeAnchor(name, anchor);
            },
          }),
      },
    });
    const { id } = await replica.client.enrolled();
    away = true;
    const element = randomElement();
    expect('code' in (await replica.client.evaluate(id, element))).toBe(true);
    expect('code' in (await replica.client.evaluate(id, element))).toBe(true);
    away = false;
    expect(must(await replica.client.evaluate(id, element)).left).toBe(9);
    const anchor = await replica.custody.readAnchor('one');
    const [row] = await replica.database.all('SELECT event_seq FROM records');
    expect(anchor!.seq).toBe(row!.event_seq);
    await world.stop();
  });
});
