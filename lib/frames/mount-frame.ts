/**
 * Owns one frame of ours in a page from its ticket to its end: registering, mounting, handing over the port, mounting
 * again when the page took it away, and telling the caller when that goes on.
 * Does not own where the host stands: `place` puts it there.
 *
 * Invariants: the frame is reached through its own window alone and at our own origin alone; nothing listens to
 * messages of the page. Every mount has a fresh ticket. The caller hears of the end exactly once, as a Failure.
 */
import type { Failure } from '../failure/index.ts';
import type { FrameKind } from '../rpc/client.ts';
import type { TicketRegistration } from './mount-contract.ts';
import { type FrameCode, frameFailure } from './mount-failure.ts';
import { createHost, type Host, ownOrigin } from './mount-host.ts';
import type { FromFrame, ToFrame } from './mount-layout.ts';
import { randomToken } from './mount-token.ts';

/** A frame that is not admitted within this does not come: a cold worker needs a hundredth of it. */
const ADMISSION_MS = 10_000;
/** A page that renders anew takes a frame away once or twice; one that does it more often within the span fights. */
const MAX_MOUNTS = 4;
const SPAN_MS = 30_000;

/** What a frame needs of its mounting script. */
export interface FrameOrder {
  readonly kind: FrameKind;
  readonly conversation: string;
  /** Registers a ticket with the background. Its failure ends the frame. */
  readonly register: (registration: TicketRegistration) => Promise<unknown>;
  /** Puts the host into the page; false where its place is gone. Called for every mount. */
  readonly place: (host: Host) => boolean;
  /** The frame was admitted: it is blank before. */
  readonly onReady: (host: Host) => void;
  readonly onMessage: (message: FromFrame) => void;
  readonly onLost: (failure: Failure) => void;
}

/** A frame that is, or is about to be, in the page. */
export class MountedFrame {
  private readonly order: FrameOrder;
  private readonly watcher = new MutationObserver(() => this.check());
  private readonly mounts: number[] = [];
  private host: Host | undefined;
  private port: MessagePort | undefined;
  private parent: Node | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private over = false;

  constructor(order: FrameOrder) {
    this.order = order;
    this.watcher.observe(document, { childList: true, subtree: true });
    // Not yet: `place` may speak of this very frame.
    queueMicrotask(() => this.over || this.mount());
  }

  /** The host while the frame is in the page. */
  get current(): Host | undefined {
    return this.host;
  }

  /** Says something to the frame; dropped while there is none. */
  post(message: ToFrame): void {
    this.port?.postMessage(message);
  }

  /** Takes the frame away for good. The caller is not told. */
  unmount(): void {
    this.over = true;
    this.watcher.disconnect();
    this.clear();
  }

  private lose(failure: Failure): void {
    if (this.over) return;
    this.unmount();
    this.order.onLost(failure);
  }

  private clear(): void {
    clearTimeout(this.timer);
    this.port?.close();
    this.port = undefined;
    this.host?.remove();
    this.host = undefined;
  }

  private mount(): void {
    this.clear();
    const now = performance.now();
    this.mounts.push(now);
    if (this.mounts.filter((at) => now - at < SPAN_MS).length > MAX_MOUNTS) {
      this.lose(frameFailure('FrameFought'));
      return;
    }
    const { kind, conversation, register, place } = this.order;
    const [ticket, pass] = [randomToken(), randomToken()];
    // The frame loads meanwhile: it takes longer than the ticket on its way, and without it is shown nothing.
    register({ ticket, pass, kind, conversation }).catch((error: Failure<FrameCode>) => {
      if (this.host === host) this.lose(error);
    });
    const host = createHost(kind, ticket, () => this.lose(frameFailure('FrameFought')));
    this.host = host;
    host.frame.addEventListener('load', () => this.handOver(host, pass));
    this.timer = setTimeout(() => this.lose(frameFailure('FrameSilent')), ADMISSION_MS);
    if (place(host)) this.parent = host.element.parentNode;
    else this.lose(frameFailure('AnchorGone'));
  }

  /** Gives the loaded frame its pass and its end of the port. A second load is a frame that was taken elsewhere. */
  private handOver(host: Host, pass: string): void {
    if (this.host !== host || this.port !== undefined) {
      if (this.host === host) this.mount();
      return;
    }
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = ({ data }: MessageEvent<FromFrame>) => this.receive(host, data);
    host.frame.contentWindow?.postMessage({ pass }, ownOrigin(), [port2]);
  }

  private receive(host: Host, message: FromFrame): void {
    if (this.host !== host) return;
    if (message.type === 'refused') {
      this.mount();
      return;
    }
    if (message.type === 'ready') {
      clearTimeout(this.timer);
      this.order.onReady(host);
    }
    this.order.onMessage(message);
  }

  /** The page may have taken the host away or put it elsewhere: either kills the frame or leads it astray. */
  private check(): void {
    const host = this.host;
    if (host === undefined || this.over) return;
    if (!host.element.isConnected || host.element.parentNode !== this.parent) this.mount();
  }
}
