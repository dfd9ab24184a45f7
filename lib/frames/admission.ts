/**
 * Owns the start of a frame page: blank until the background has seated it by its ticket.
 * Does not own what is drawn then.
 *
 * Invariants: nothing is shown and nothing is asked before the seat. Exactly one message of the parent window is read,
 * for its pass and its port; after that the window listens to none, and it never sends one. A frame with an opaque
 * origin, without a ticket, or on top of a tab stays blank.
 */
import { type Call, connectPort, RpcClient } from '../rpc/index.ts';
import type { frameContract } from './contract.ts';
import type { FromFrame, ToFrame } from './mount-layout.ts';
import { TOKEN_LENGTH } from './mount-token.ts';
import type { viewContract } from './view-contract.ts';

/** All that a frame may call. */
export interface FrameContract {
  readonly methods: typeof frameContract.methods & typeof viewContract.methods;
  readonly events: typeof viewContract.events;
}

/** A frame that was let in. */
export interface Admitted {
  readonly client: RpcClient<FrameContract>;
  /** Says something to the mounting script: places and sizes, never words. */
  tell(message: FromFrame): void;
  /** Hears the mounting script. */
  hear(listener: (message: ToFrame) => void): void;
}

/** Waits for the port and claims the seat; undefined where this frame has to stay blank. */
export async function admitFrame(): Promise<Admitted | undefined> {
  const ticket = location.hash.slice(1);
  if (self.origin === 'null' || window.parent === window || ticket.length !== TOKEN_LENGTH) return undefined;
  const { pass, port } = await receivePort();
  let seat: string | undefined;
  const client = new RpcClient<FrameContract>(connectPort, async (call) => {
    if (seat === undefined) seat = (await claim(call, ticket, pass)).seat;
    else await call('frames.resume', { seat });
  });
  try {
    client.open();
    await client.greeting();
  } catch {
    port.postMessage({ type: 'refused' } satisfies FromFrame);
    return undefined;
  }
  const tell = (message: FromFrame): void => port.postMessage(message);
  return {
    client,
    tell,
    hear: (listener) => {
      port.onmessage = ({ data }: MessageEvent<ToFrame>) => listener(data);
    },
  };
}

function claim(call: Call<FrameContract>, ticket: string, pass: string) {
  return call('frames.claim', { ticket, pass });
}

/** The first message of the parent window that holds a pass and a port. */
function receivePort(): Promise<{ pass: string; port: MessagePort }> {
  return new Promise((resolve) => {
    function listen(event: MessageEvent<{ pass?: unknown } | null>): void {
      const { data, source, ports } = event;
      const pass = data?.pass;
      if (source !== window.parent || ports.length !== 1 || typeof pass !== 'string') return;
      removeEventListener('message', listen);
      resolve({ pass, port: ports[0]! });
    }
    addEventListener('message', listen);
  });
}
