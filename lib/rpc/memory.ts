/** Owns a transport without a browser, for tests: two ends, messages copied and delivered in order, later. */
import type { Channel } from './client-channel.ts';

class MemoryEnd implements Channel {
  other!: MemoryEnd;
  private open = true;
  private onMessage: ((message: unknown) => void) | undefined;
  private onClose: (() => void) | undefined;

  post(message: unknown): void {
    if (!this.open) return;
    const copy: unknown = JSON.parse(JSON.stringify(message));
    queueMicrotask(() => {
      if (this.other.open) this.other.onMessage?.(copy);
    });
  }

  listen(onMessage: (message: unknown) => void, onClose: () => void): void {
    this.onMessage = onMessage;
    this.onClose = onClose;
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    queueMicrotask(() => this.other.closedByOther());
  }

  private closedByOther(): void {
    if (!this.open) return;
    this.open = false;
    this.onClose?.();
  }
}

/** Two ends of one pipe. */
export function memoryChannel(): [Channel, Channel] {
  const [left, right] = [new MemoryEnd(), new MemoryEnd()];
  left.other = right;
  right.other = left;
  return [left, right];
}
