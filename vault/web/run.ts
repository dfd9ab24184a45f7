/**
 * vault-web: the process that talks HTTP. It has no HSM PIN, no PKCS#11 and no way to the records but the questions of
 * rpc/messages.ts. Started by vault/main.ts, which leaves the secret settings out of its environment.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Failure } from '../../lib/failure/index.ts';
import { type BlobDesk, openBlobDesk } from '../blobs/blob-desk.ts';
import { type Config, ConfigFailure } from '../config/config.ts';
import { socketPath } from '../config/paths.ts';
import { readConfig } from '../config/read-config.ts';
import type { Database } from '../database/database.ts';
import { openDatabase } from '../database/open.ts';
import { partEndAsked, REFUSED } from '../lifetime.ts';
import { type Log, nameOf, openLog } from '../logging.ts';
import { HsmClient } from '../rpc/client.ts';
import { buildAdmin } from './admin.ts';
import { buildApp } from './app.ts';
import { RequestCounts } from './counts.ts';
import { RateLimit } from './rate-limit.ts';

const COLLECT_EVERY = 6 * 60 * 60_000;

export async function runWeb(): Promise<void> {
  const log = openLog('web');
  try {
    await serve(readConfig(process.env), log);
  } catch (error) {
    const about = error instanceof ConfigFailure ? { setting: error.about } : {};
    log('error', 'refused-to-start', { code: nameOf(error), ...about });
    process.exit(error instanceof Failure && error.retry !== 'later' ? REFUSED : 1);
  }
}

async function serve(config: Config, log: Log): Promise<void> {
  // From the first moment on: whoever reads that it started may ask it to end before the next line runs.
  const endAsked = partEndAsked();
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const hsm = config.records === 'on' ? new HsmClient(socketPath(config)) : undefined;
  const database = config.blobs === 'off' ? undefined : await openDatabase(config.blobs);
  const blobs = database === undefined ? undefined : await openBlobs(config, database, hsm);
  const counts = new RequestCounts();
  let stopping = false;
  const { host, port, adminHost, adminPort, trustedProxy } = config;
  const [rate, rateNew] = [new RateLimit(config.rate), new RateLimit(config.rateNew)];
  const app = buildApp({ hsm, blobs, rate, rateNew, counts, log, trustedProxy, tls: readTls(config) });
  const admin = buildAdmin({ hsm, blobs: database, counts, isStopping: () => stopping });
  await app.listen({ host, port });
  await admin.listen({ host: adminHost, port: adminPort });
  const portOf = (server: { address(): AddressInfo | string | null }) => (server.address() as AddressInfo).port;
  log('info', 'started', { port: portOf(app.server), adminPort: portOf(admin.server) });
  const timer = setInterval(() => void collect(blobs, log), COLLECT_EVERY);
  await endAsked;
  stopping = true;
  clearInterval(timer);
  // Answers what is under way, takes nothing new; only then is the line to vault-hsm cut.
  await Promise.all([close(app), close(admin)]);
  hsm?.close();
  await database?.close();
  log('info', 'stopped');
}

/** Waits for what is under way. A connection that a client keeps open for later is closed as soon as it is idle. */
async function close(app: FastifyInstance): Promise<void> {
  const timer = setInterval(() => app.server.closeIdleConnections(), 50);
  await app.close();
  clearInterval(timer);
}

function openBlobs(config: Config, database: Database, hsm: HsmClient | undefined): Promise<BlobDesk> {
  const policy = { quotaBytes: config.quotaBytes, work: config.work === 'on', token: config.token };
  return openBlobDesk(database, policy, async (key) => (await hsm?.knows(key).catch(() => false)) ?? false);
}

function readTls({ tlsCert, tlsKey }: Config): { cert: Buffer; key: Buffer } | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  try {
    return { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) };
  } catch {
    throw new ConfigFailure('ConfigUnreadable', 'tlsCert');
  }
}

async function collect(blobs: BlobDesk | undefined, log: Log): Promise<void> {
  try {
    const removed = await blobs?.collect();
    if (removed) log('info', 'buckets-collected', { removed });
  } catch (error) {
    log('error', 'collect-failed', { code: nameOf(error) });
  }
}
