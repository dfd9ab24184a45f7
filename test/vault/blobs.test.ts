import { randomBytes } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../lib/bytes/index.ts';
import {
  BLOB_KEY_HEADER,
  BLOB_SIGNATURE_HEADER,
  BLOB_TOKEN_HEADER,
  decodeRefusal,
  encodeHeader,
  type InviteToken,
  NONCE_HEADER,
} from '../../lib/vault-protocol/index.ts';
import { type BlobAnswer, type BlobDesk, makeBlobInvite, openBlobDesk } from '../../vault/blobs/blob-desk.ts';
import type { Database } from '../../vault/database/database.ts';
import { openDatabase } from '../../vault/database/open.ts';
import { makeLocation, removeAll } from './support/world.ts';
import { type BlobRequest, type Signing, TestWriter, workHeader } from './support/writer.ts';

afterAll(removeAll);

const MIB = 1024 * 1024;
const DAY = 24 * 60 * 60_000;
const OPEN = { quotaBytes: 4 * MIB, work: false, token: 'none' } as const;

describe.each(['sqlite', 'postgres'] as const)('the blobs on %s', (kind) => {
  let database: Database;
  let desk: BlobDesk;
  let writer: TestWriter;
  let now: number;

  beforeEach(async () => {
    database = await openDatabase(await makeLocation(kind));
    now = Date.UTC(2030, 0, 1);
    desk = await openBlobDesk(
      database,
      OPEN,
      async () => false,
      () => now,
    );
    writer = new TestWriter();
    return () => database.close();
  });

  function send({ method, path, headers, body }: BlobRequest, to = desk): Promise<BlobAnswer> {
    return to.serve({ method, path }, (name) => headers[name], body);
  }

  async function told(request: BlobRequest, to = desk): Promise<unknown> {
    const { status, body } = await send(request, to);
    return status < 300 ? [status, JSON.parse(new TextDecoder().decode(body))] : decodeRefusal(status, body);
  }

  function signed(name: string, signing: Signing = {}, by = writer): BlobRequest {
    return by.request(name, { time: now, ...signing }, writer.bucket);
  }

  function get(name: string): Promise<BlobAnswer> {
    return send({ ...signed(name), method: 'GET', headers: {}, body: new Uint8Array() });
  }

  const some = new Uint8Array(randomBytes(1000));
  const other = new Uint8Array(randomBytes(1000));

  it('are written once, read by who knows the bucket, and deleted by their writer', async () => {
    expect(await told(signed('seg-1', { body: some }))).toEqual([201, {}]);
    expect(await told(signed('seg-1', { body: some }))).toEqual([200, {}]);
    expect(await told(signed('seg-1', { body: other }))).toEqual({ code: 'BlobExists' });
    const read = await get('seg-1');
    expect([read.status, read.type, read.etag]).toEqual([200, 'application/octet-stream', undefined]);
    expect(Buffer.compare(read.body, some)).toBe(0);
    expect(await told(signed('seg-1', { method: 'DELETE' }))).toEqual([200, {}]);
    expect(await told(signed('seg-1', { method: 'DELETE' }))).toEqual([200, {}]);
    expect((await get('seg-1')).status).toBe(404);
    expect(await told(signed('seg-1', { body: other }))).toEqual([201, {}]);
  });

  it('of a bucket that never was are as missing as any', async () => {
    const nobody = new TestWriter();
    expect(await told(nobody.request('a', { method: 'DELETE', time: now }))).toEqual([200, {}]);
    const read = await send({ ...nobody.request('a'), method: 'GET' });
    expect(decodeRefusal(read.status, read.body)).toEqual({ code: 'NoBlob' });
  });

  it('overwrite the manifest for who names its version', async () => {
    expect(await told(signed('manifest', { body: some }))).toEqual({ code: 'BadRequest' });
    expect(await told(signed('manifest', { body: some, over: 1 }))).toEqual({ code: 'ManifestMoved', version: 0 });
    expect(await told(signed('manifest', { body: some, over: 0 }))).toEqual([200, { version: 1 }]);
    // The repeat of an answer that was lost.
    expect(await told(signed('manifest', { body: some, over: 0 }))).toEqual([200, { version: 1 }]);
    expect(await told(signed('manifest', { body: other, over: 0 }))).toEqual({ code: 'ManifestMoved', version: 1 });
    expect(await told(signed('manifest', { body: some, over: 1 }))).toEqual([200, { version: 2 }]);
    expect(await told(signed('manifest', { body: other, over: 2 }))).toEqual([200, { version: 3 }]);
    const read = await get('manifest');
    expect([read.etag, Buffer.compare(read.body, other)]).toEqual(['"3"', 0]);
    expect(await told(signed('seg', { body: some, over: 0 }))).toEqual({ code: 'BadRequest' });
  });

  it('let one of many win who overwrite the same version at once', async () => {
    await told(signed('manifest', { body: some, over: 0 }));
    const bodies = Array.from({ length: 12 }, () => new Uint8Array(randomBytes(50)));
    const all = await Promise.all(bodies.map((body) => told(signed('manifest', { body, over: 1 }))));
    const won = all.filter((answer) => Array.isArray(answer));
    expect(won).toEqual([[200, { version: 2 }]]);
    const index = all.findIndex((answer) => Array.isArray(answer));
    expect(Buffer.compare((await get('manifest')).body, bodies[index]!)).toBe(0);
  });

  it("belong to the bucket's first writer alone", async () => {
    await told(signed('a', { body: some }));
    const thief = new TestWriter();
    expect(await told(signed('b', { body: some }, thief))).toEqual({ code: 'NotYours' });
    expect(await told(signed('a', { method: 'DELETE' }, thief))).toEqual({ code: 'NotYours' });
    expect((await get('a')).status).toBe(200);
  });

  it('refuse what is not signed as it stands', async () => {
    const request = signed('a', { body: some });
    const changed: BlobRequest[] = [
      { ...request, body: other },
      { ...request, path: request.path.replace(/a$/, 'b') },
      { ...request, method: 'DELETE', body: new Uint8Array() },
      { ...request, headers: { ...request.headers, [BLOB_KEY_HEADER]: encodeHeader(new TestWriter().key) } },
      { ...request, headers: { ...request.headers, [BLOB_SIGNATURE_HEADER]: encodeHeader(new Uint8Array(64)) } },
    ];
    for (const one of changed) expect(await told(one)).toEqual({ code: 'NotYours' });
    const manifest = signed('manifest', { body: some, over: 0 });
    const moved = { ...manifest, headers: { ...manifest.headers, 'if-match': '"1"' } };
    expect(await told(moved)).toEqual({ code: 'NotYours' });
    for (const name of [NONCE_HEADER, BLOB_KEY_HEADER, BLOB_SIGNATURE_HEADER]) {
      for (const value of ['', 'AAAA', '!', undefined]) {
        const headers = { ...request.headers, [name]: value as string };
        expect(await told({ ...request, headers })).toEqual({ code: 'BadRequest' });
      }
    }
    expect(await told(request)).toEqual([201, {}]);
  });

  it('take a nonce once, and within five minutes of their own time', async () => {
    const request = signed('a', { body: some });
    expect(await told(request)).toEqual([201, {}]);
    expect(await told(request)).toEqual({ code: 'NonceUsed' });
    for (const [off, code] of [
      [-300_001, 'ClockSkew'],
      [300_001, 'ClockSkew'],
    ] as const) {
      expect(await told(signed('a', { body: some, time: now + off }))).toEqual({ code, time: now });
    }
    expect(await told(signed('a', { body: some, time: now - 300_000 }))).toEqual([200, {}]);
    const early = signed('a', { body: some, time: now + 300_000 });
    expect(await told(early)).toEqual([200, {}]);
    // Its time comes, and passes; it is never good again.
    now += 599_999;
    await desk.collect();
    expect(await told(early)).toEqual({ code: 'NonceUsed' });
    now += 2;
    await desk.collect();
    expect(await told(early)).toEqual({ code: 'ClockSkew', time: now });
  });

  it('stay within the quota, to the byte', async () => {
    const whole = new Uint8Array(MIB);
    for (const name of ['a', 'b', 'c']) expect(await told(signed(name, { body: whole }))).toEqual([201, {}]);
    const full = { code: 'QuotaFull', used: 3 * MIB + 10, quota: 4 * MIB };
    expect(await told(signed('manifest', { body: new Uint8Array(10), over: 0 }))).toEqual([200, { version: 1 }]);
    expect(await told(signed('d', { body: new Uint8Array(MIB - 9) }))).toEqual(full);
    expect(await told(signed('manifest', { body: whole, over: 1 }))).toEqual([200, { version: 2 }]);
    expect(await told(signed('d', { body: new Uint8Array(1) }))).toMatchObject({ used: 4 * MIB });
    await told(signed('a', { method: 'DELETE' }));
    expect(await told(signed('d', { body: whole }))).toEqual([201, {}]);
    expect(await told(signed('e', { body: new Uint8Array(0) }))).toEqual([201, {}]);
  });

  it('stay within the quota when many are written at once', async () => {
    const bodies = Array.from({ length: 8 }, () => new Uint8Array(randomBytes(MIB)));
    let waiting = bodies.map((body, index) => ({ body, name: `n${index}` }));
    const codes: unknown[] = [];
    while (waiting.length > 0) {
      const answers = await Promise.all(waiting.map(({ name, body }) => told(signed(name, { body }))));
      codes.push(...answers.filter((answer) => (answer as { code?: string }).code !== 'Busy'));
      waiting = waiting.filter((_, index) => (answers[index] as { code?: string }).code === 'Busy');
    }
    expect(codes.filter((answer) => Array.isArray(answer))).toHaveLength(4);
    const [row] = await database.all('SELECT used FROM buckets');
    expect(row).toEqual({ used: 4 * MIB });
  });

  it('are a mebibyte at most', async () => {
    expect(await told(signed('a', { body: new Uint8Array(MIB + 1) }))).toEqual({ code: 'TooLarge' });
    expect(await told(signed('a', { body: new Uint8Array(MIB) }))).toEqual([201, {}]);
  });

  it('ask the first writer of a bucket for work, and only him', async () => {
    const strict = await openBlobDesk(
      database,
      { ...OPEN, work: true },
      async () => false,
      () => now,
    );
    const refused = (await told(signed('a', { body: some }), strict)) as { code: string; work: never };
    expect(refused.code).toBe('WorkRequired');
    const headers = workHeader(refused.work, writer.bucket);
    // Done for one bucket, it is worth nothing for another.
    const elsewhere = new TestWriter();
    const stolen = elsewhere.request('a', { body: some, headers, time: now });
    expect(await told(stolen, strict)).toMatchObject({ code: 'WorkRequired' });
    now += 600_001;
    expect(await told(signed('a', { body: some, headers }), strict)).toMatchObject({ code: 'WorkRequired' });
    now -= 600_001;
    expect(await told(signed('a', { body: some, headers }), strict)).toEqual([201, {}]);
    expect(await told(signed('b', { body: some }), strict)).toEqual([201, {}]);
    const known = await openBlobDesk(
      database,
      { ...OPEN, work: true },
      async () => true,
      () => now,
    );
    expect(await told(elsewhere.request('a', { body: some, time: now }), known)).toEqual([201, {}]);
  });

  it('ask for an invite where the operator wants one, good for one bucket', async () => {
    const strict = await openBlobDesk(
      database,
      { ...OPEN, token: 'required' },
      async () => false,
      () => now,
    );
    const token = SecretBytes.of<'InviteToken'>(new Uint8Array(randomBytes(16))) as InviteToken;
    await makeBlobInvite(database, token, now + DAY);
    const headers = { [BLOB_TOKEN_HEADER]: encodeHeader(token.reveal()) };
    expect(await told(signed('a', { body: some }), strict)).toEqual({ code: 'TokenRequired' });
    const wrong = { [BLOB_TOKEN_HEADER]: encodeHeader(new Uint8Array(16)) };
    expect(await told(signed('a', { body: some, headers: wrong }), strict)).toEqual({ code: 'TokenRequired' });
    expect(await told(signed('a', { body: some, headers }), strict)).toEqual([201, {}]);
    const elsewhere = new TestWriter();
    const second = elsewhere.request('a', { body: some, headers, time: now });
    expect(await told(second, strict)).toEqual({ code: 'TokenRequired' });
    now += DAY;
    expect(await told(new TestWriter().request('a', { headers, time: now }), strict)).toEqual({
      code: 'TokenRequired',
    });
  });

  it('are forgotten 24 months after anybody wrote or read them', async () => {
    await told(signed('a', { body: some }));
    const months = 24 * 30 * DAY;
    now += months;
    expect(await desk.collect()).toBe(0);
    await get('a');
    now += months;
    expect(await desk.collect()).toBe(0);
    now += DAY;
    expect(await desk.collect()).toBe(1);
    expect((await get('a')).status).toBe(404);
    expect(await database.all('SELECT bucket FROM buckets')).toEqual([]);
  });

  it.each([
    ['GET', '/v1/blobs/x/a'],
    ['GET', '/v1/blobs/AAAAAAAAAAAAAAAAAAAAAA/a.b'],
    ['GET', '/v1/blobs/AAAAAAAAAAAAAAAAAAAAAA/a?x=1'],
    ['GET', '/v1/blobs/AAAAAAAAAAAAAAAAAAAAAA/'],
  ])('refuse %s %s', async (method, path) => {
    expect(await told({ method, path, headers: {}, body: new Uint8Array() })).toEqual({ code: 'BadRequest' });
  });
});
