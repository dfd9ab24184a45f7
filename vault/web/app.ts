/**
 * Owns the public face over HTTP: limits of rate and size, the way to vault-hsm and to the blobs, and nothing else: no
 * request is understood here beyond its path, and no answer of a record is made here but refusals that settle nothing.
 * Logs and counts know an endpoint's name, a status and a duration; never an address, a path or a body.
 */
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import {
  BLOB_KEY_HEADER,
  BLOB_SIGNATURE_HEADER,
  BLOB_TOKEN_HEADER,
  BLOB_WORK_HEADER,
  decodeHeader,
  encodeHeader,
  encodeRefusal,
  INFO_TARGET,
  MOST_BODY_BYTES,
  MOST_SEGMENT_BYTES,
  NONCE_HEADER,
  NONCE_LENGTH,
  type Nonce,
  parseBlobPath,
  parseRecordTarget,
  type Refusal,
  SIGNATURE_HEADER,
  type Target,
} from '../../lib/vault-protocol/index.ts';
import type { BlobDesk } from '../blobs/blob-desk.ts';
import { type Log, nameOf } from '../logging.ts';
import type { Answer } from '../records/desk.ts';
import type { HsmClient } from '../rpc/client.ts';
import type { RequestCounts } from './counts.ts';
import type { RateLimit } from './rate-limit.ts';

export interface WebParts {
  /** Undefined on a host of blobs alone. */
  readonly hsm: Pick<HsmClient, 'serve'> | undefined;
  /** Undefined where blobs are kept elsewhere. */
  readonly blobs: BlobDesk | undefined;
  readonly rate: RateLimit;
  readonly rateNew: RateLimit;
  readonly counts: RequestCounts;
  readonly log: Log;
  readonly trustedProxy: string | undefined;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
}

/** Longer than a slow client on a slow line needs for a blob, in milliseconds. */
const REQUEST_TIMEOUT = 60_000;

/** Of a body that is refused: more than a client of ours would ever send by mistake. */
const MOST_GONE_BY = 32 * MOST_SEGMENT_BYTES;

const JSON_TYPE = 'application/json';
const CORS = {
  // Nothing here depends on who asks: no cookie, no credential that a browser would add.
  'access-control-allow-origin': '*',
  'access-control-expose-headers': `${SIGNATURE_HEADER}, etag`,
};
const PREFLIGHT = {
  ...CORS,
  'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  'access-control-allow-headers': [
    'content-type',
    'if-match',
    NONCE_HEADER,
    BLOB_SIGNATURE_HEADER,
    BLOB_KEY_HEADER,
    BLOB_WORK_HEADER,
    BLOB_TOKEN_HEADER,
  ].join(', '),
  'access-control-max-age': '86400',
};

export function buildApp(parts: WebParts): FastifyInstance {
  const app = fastify({
    // Our own log tells less: an address or a path of a request must not be in it.
    logger: false,
    bodyLimit: MOST_SEGMENT_BYTES,
    requestTimeout: REQUEST_TIMEOUT,
    trustProxy: parts.trustedProxy ?? false,
    forceCloseConnections: 'idle',
    ...(parts.tls && { https: parts.tls }),
  }) as unknown as FastifyInstance;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => limitRate(parts, request, reply));
  app.addHook('onResponse', async (request, reply) => count(parts, request, reply));
  app.setErrorHandler(async (error, request, reply) => answerError(parts, error, request, reply));
  app.setNotFoundHandler(async (_request, reply) => refuse(reply, { code: 'BadRequest' }));
  app.options('/*', async (_request, reply) => reply.code(204).headers(PREFLIGHT).send());
  const records = async (request: FastifyRequest, reply: FastifyReply) => serveRecord(parts, request, reply);
  const blobs = async (request: FastifyRequest, reply: FastifyReply) => serveBlob(parts, request, reply);
  app.route({ method: 'GET', url: INFO_TARGET.path, exposeHeadRoute: false, handler: records });
  app.route({
    method: ['POST', 'PUT', 'DELETE'],
    url: '/v1/records/*',
    bodyLimit: MOST_BODY_BYTES,
    handler: records,
  });
  app.route({ method: ['GET', 'PUT', 'DELETE'], url: '/v1/blobs/*', exposeHeadRoute: false, handler: blobs });
  return app;
}

function targetOf(request: FastifyRequest): Target {
  return { method: request.method, path: request.raw.url ?? '' };
}

/** The name under which logs and counts know a request. */
function endpointOf(request: FastifyRequest): string {
  const target = targetOf(request);
  const record = parseRecordTarget(target);
  if (record !== undefined) return record.action;
  if (parseBlobPath(target.path) !== undefined) return `blob-${request.method.toLowerCase()}`;
  return target.path === INFO_TARGET.path ? 'info' : 'other';
}

async function limitRate({ rate, rateNew }: WebParts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const isNew = endpointOf(request) === 'enrol';
  const nextAt = rate.refuse(request.ip) ?? (isNew ? rateNew.refuse(request.ip) : undefined);
  return nextAt === undefined ? undefined : refuse(reply, { code: 'TooMany', nextAt });
}

function count({ counts, log }: WebParts, request: FastifyRequest, reply: FastifyReply): void {
  const endpoint = endpointOf(request);
  counts.add(endpoint, reply.statusCode, reply.elapsedTime / 1000);
  log('info', 'request', { endpoint, status: reply.statusCode, ms: Math.round(reply.elapsedTime) });
}

async function answerError(
  { log }: WebParts,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { statusCode = 500 } = error as { statusCode?: number };
  if (statusCode === 413) {
    letGoBy(request, reply);
    return refuse(reply, { code: 'TooLarge' });
  }
  if (statusCode < 500) return refuse(reply, { code: 'BadRequest' });
  log('error', 'request-failed', { code: nameOf(error) });
  return refuse(reply, { code: 'Busy' });
}

/**
 * Lets a body that is too large go by unkept: to a client that is still sending, a closed connection would say nothing, and
 * the refusal would be lost. Who sends without end is cut off.
 */
function letGoBy(request: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection');
  let left = MOST_GONE_BY;
  request.raw.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.raw.destroy();
  });
}

function bodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? new Uint8Array(request.body) : new Uint8Array();
}

async function serveRecord(
  { hsm, log }: WebParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const nonce = decodeHeader(header(request, NONCE_HEADER), NONCE_LENGTH) as Nonce | undefined;
  const target = targetOf(request);
  const known = target.path === INFO_TARGET.path || parseRecordTarget(target) !== undefined;
  if (nonce === undefined || hsm === undefined || !known) return refuse(reply, { code: 'BadRequest' });
  let answer: Answer;
  try {
    answer = await hsm.serve({ target, nonce, body: bodyOf(request) });
  } catch (error) {
    log('error', 'hsm-unreachable', { code: nameOf(error) });
    return refuse(reply, { code: nameOf(error) === 'HsmBusy' ? 'Busy' : 'HsmUnavailable' });
  }
  if (answer.signature !== undefined) reply.header(SIGNATURE_HEADER, encodeHeader(answer.signature));
  return send(reply, answer.status, answer.body, JSON_TYPE);
}

async function serveBlob({ blobs }: WebParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (blobs === undefined) return refuse(reply, { code: 'BadRequest' });
  const answer = await blobs.serve(targetOf(request), (name) => header(request, name), bodyOf(request));
  if (answer.etag !== undefined) reply.header('etag', answer.etag);
  return send(reply, answer.status, answer.body, answer.type);
}

/** A header that stands once; one that stands twice is none of ours. */
function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { status, body } = encodeRefusal(refusal);
  return send(reply, status, body, JSON_TYPE);
}

function send(reply: FastifyReply, status: number, body: Uint8Array, type: string): FastifyReply {
  reply.headers({ ...CORS, 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  return reply.code(status).send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
}
