/** Owns the one thing that calls need of a transport, so that a port and a test's memory are alike. */

/** One end of a two-way pipe of messages in order. */
export interface Channel {
  /** Sends a message (JSON values only). After the channel closed it is dropped silently: closing tells the rest. */
  post(message: unknown): void;
  /** Sets the listeners. Called once, before anything is posted; `onClose` is called when the *other* end closed. */
  listen(onMessage: (message: unknown) => void, onClose: () => void): void;
  /** Closes both ends. */
  close(): void;
}
