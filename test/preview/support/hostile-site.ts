/** Owns the hostile server's process, seen from a test. */
import { join } from 'node:path';
import { startChild } from '../../support/child.ts';

/** One request that the server saw. */
export interface Visit {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a body that has no end: how many pieces of it were written, and whether the visitor still listens. */
  readonly pieces: number;
  readonly open: boolean;
}

/** A running hostile server. */
export interface HostileSite {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** What was asked for since this was called last. */
  visits(): Promise<Visit[]>;
  /** The same, and it is not forgotten. */
  seen(): Promise<Visit[]>;
  stop(): Promise<void>;
}

/** Starts one on `port`, or on any free one. */
export async function startHostileSite(port = 0): Promise<HostileSite> {
  const child = startChild(process.execPath, [join(import.meta.dirname, 'hostile-server.ts'), String(port)]);
  const end = Date.now() + 60_000;
  let taken: string | undefined;
  while (taken === undefined) {
    taken = /\{"port":(\d+)\}/.exec(child.output())?.[1];
    if (taken !== undefined) break;
    if (Date.now() > end || child.process.exitCode !== null) throw new Error(`no hostile server: ${child.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const origin = `http://127.0.0.1:${taken}`;
  return {
    origin,
    visits: async () => (await (await fetch(`${origin}/visits`)).json()) as Visit[],
    seen: async () => (await (await fetch(`${origin}/visits/kept`)).json()) as Visit[],
    stop: () => child.stop(),
  };
}

/** Starts one on a port where pages may be: only there does the address alone decide. The port may be taken: there are two. */
export async function startOnPagePort(): Promise<HostileSite & { readonly port: number }> {
  for (const port of [8080, 8443]) {
    const site = await startHostileSite(port).catch(() => undefined);
    if (site !== undefined) return { ...site, port };
  }
  throw new Error('the ports 8080 and 8443 are both taken');
}
