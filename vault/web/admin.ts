/** Owns what an operator's tools ask, at an address of its own: is it alive, can it serve, and its numbers. */
import { type FastifyInstance, fastify } from 'fastify';
import type { Database } from '../database/database.ts';
import { nameOf } from '../logging.ts';
import type { HsmClient } from '../rpc/client.ts';
import type { RequestCounts } from './counts.ts';

export interface AdminParts {
  readonly hsm: Pick<HsmClient, 'health' | 'counts'> | undefined;
  readonly blobs: Database | undefined;
  readonly counts: RequestCounts;
  readonly isStopping: () => boolean;
}

export function buildAdmin(parts: AdminParts): FastifyInstance {
  const app = fastify({ logger: false, bodyLimit: 1024 });
  app.get('/health/live', async () => ({ live: true }));
  app.get('/health/ready', async (_request, reply) => {
    const problems = await problemsOf(parts);
    return reply.code(problems.length === 0 ? 200 : 503).send({ ready: problems.length === 0, problems });
  });
  app.get('/metrics', async (_request, reply) => {
    const hsm = await parts.hsm?.counts().catch(() => undefined);
    return reply.type('text/plain; version=0.0.4').send(parts.counts.text(hsm));
  });
  return app;
}

async function problemsOf({ hsm, blobs, isStopping }: AdminParts): Promise<string[]> {
  const problems = isStopping() ? ['Stopping'] : [];
  if (hsm !== undefined) problems.push(...(await hsm.health().catch((error: unknown) => [nameOf(error)])));
  try {
    await blobs?.all('SELECT 1 AS one');
  } catch (error) {
    problems.push(nameOf(error));
  }
  return problems;
}
