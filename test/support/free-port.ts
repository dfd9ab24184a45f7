/** Owns finding free ports on loopback for servers that can't be told "any". */
import { createServer } from 'node:net';

/** A port of 127.0.0.1 that nothing listened on a moment ago. Another process may take it first: callers fail loudly then. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
