/**
 * Owns noticing that a page has changed: one MutationObserver over the document and every open shadow tree in it, and a
 * look at address and title with each batch. Does not own what a change means.
 * Invariants: no timer runs and nothing is polled while the page is still; a burst of mutations is one batch, handed out
 * within 50 ms of its first.
 */
import { openRootsBelow, type TreeRoot } from './composed-tree.ts';

/** What happened since the last batch. */
export interface PageChange {
  /** Elements and trees that were added, or in which a text or child changed. Some may be gone again. */
  readonly changed: readonly (Element | ShadowRoot)[];
  /** Whether anything was taken out. */
  readonly removed: boolean;
  /** Whether address or title are others than before: a single-page site went elsewhere. */
  readonly moved: boolean;
}

/** A running watch. */
export interface PageWatch {
  readonly document: Document;
  /** The document and the open shadow trees known now. */
  roots(): readonly TreeRoot[];
  /** Calls `listener` with every later batch; the result ends that. */
  subscribe(listener: (change: PageChange) => void): () => void;
  /** Hands out at once what has happened so far. */
  flush(): void;
  /** Looks for shadow trees again: one that is attached to an element long on the page makes no mutation. */
  rescan(): void;
  stop(): void;
}

/** The longest that a batch waits for an idle moment, in milliseconds. */
const LONGEST_WAIT_MS = 50;
/** Components that are not upgraded yet and may get a shadow tree later: more than this are not remembered. */
const MOST_PENDING = 500;
const OBSERVED: MutationObserverInit = { childList: true, characterData: true, subtree: true };

/** Starts to watch `document`. */
export function watchPage(document: Document): PageWatch {
  return new Watch(document);
}

class Watch implements PageWatch {
  readonly document: Document;
  readonly #window: Window & typeof globalThis;
  readonly #observer: MutationObserver;
  readonly #listeners = new Set<(change: PageChange) => void>();
  #roots: TreeRoot[];
  #pendingHosts = new Set<Element>();
  #changed = new Set<Element | ShadowRoot>();
  #removed = false;
  #idle: number | undefined;
  #address: string;
  #title: string;

  constructor(document: Document) {
    this.document = document;
    this.#window = document.defaultView!;
    this.#address = document.location.href;
    this.#title = document.title;
    this.#observer = new MutationObserver((records) => {
      this.#take(records);
      this.#schedule();
    });
    this.#roots = [document];
    this.#observer.observe(document, OBSERVED);
    this.#discover(document);
    this.#window.addEventListener('popstate', this.#onMove);
    this.#window.addEventListener('hashchange', this.#onMove);
  }

  roots(): readonly TreeRoot[] {
    return this.#roots;
  }

  subscribe(listener: (change: PageChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  flush(): void {
    this.#take(this.#observer.takeRecords());
    this.#cancel();
    this.#lookAtPendingHosts();
    if (this.#removed)
      this.#roots = this.#roots.filter((root) => root === this.document || (root as ShadowRoot).host.isConnected);
    const { href } = this.document.location;
    const { title } = this.document;
    const change = {
      changed: gather([...this.#changed].filter((each) => each.isConnected)),
      removed: this.#removed,
      moved: href !== this.#address || title !== this.#title,
    };
    this.#address = href;
    this.#title = title;
    this.#changed = new Set();
    this.#removed = false;
    if (change.changed.length === 0 && !change.removed && !change.moved) return;
    for (const listener of this.#listeners) listener(change);
  }

  rescan(): void {
    for (const root of [...this.#roots]) this.#discover(root);
    this.flush();
  }

  stop(): void {
    this.#observer.disconnect();
    this.#cancel();
    this.#listeners.clear();
    this.#window.removeEventListener('popstate', this.#onMove);
    this.#window.removeEventListener('hashchange', this.#onMove);
  }

  readonly #onMove = (): void => this.#schedule();

  #take(records: readonly MutationRecord[]): void {
    for (const { target, addedNodes, removedNodes } of records) {
      if (removedNodes.length > 0) this.#removed = true;
      const within = target instanceof Element || target instanceof ShadowRoot ? target : target.parentElement;
      let textChanged = target.nodeType === Node.TEXT_NODE || removedNodes.length > 0;
      for (const node of addedNodes) {
        if (node instanceof Element) {
          this.#changed.add(node);
          this.#discover(node);
        } else textChanged = true;
      }
      if (textChanged && within !== null) this.#changed.add(within);
    }
  }

  /** Takes up the open shadow trees at and below `node`, and remembers components that may get one. */
  #discover(node: ParentNode): void {
    for (const root of openRootsBelow(node)) this.#adopt(root);
    for (const host of node.querySelectorAll(':not(:defined)')) {
      if (this.#pendingHosts.size < MOST_PENDING) this.#pendingHosts.add(host);
    }
  }

  #adopt(root: ShadowRoot): void {
    if (this.#roots.includes(root)) return;
    this.#roots.push(root);
    this.#observer.observe(root, OBSERVED);
    this.#changed.add(root);
  }

  #lookAtPendingHosts(): void {
    for (const host of this.#pendingHosts) {
      if (!host.isConnected || host.shadowRoot !== null || host.matches(':defined')) this.#pendingHosts.delete(host);
      if (host.isConnected && host.shadowRoot !== null) this.#discover(host);
    }
  }

  #schedule(): void {
    this.#idle ??= this.#window.requestIdleCallback(() => this.flush(), { timeout: LONGEST_WAIT_MS });
  }

  #cancel(): void {
    if (this.#idle !== undefined) this.#window.cancelIdleCallback(this.#idle);
    this.#idle = undefined;
  }
}

/** So many siblings changed at once are one change of their parent: a list that is filled, rather than rows that come. */
const CROWD = 32;

function gather(changed: readonly (Element | ShadowRoot)[]): (Element | ShadowRoot)[] {
  const counts = new Map<Node | null, number>();
  for (const { parentNode } of changed) counts.set(parentNode, (counts.get(parentNode) ?? 0) + 1);
  const gathered = new Set<Element | ShadowRoot>();
  for (const each of changed) {
    const { parentNode } = each;
    const crowded = parentNode !== null && counts.get(parentNode)! > CROWD;
    gathered.add(crowded && !(parentNode instanceof Document) ? (parentNode as Element | ShadowRoot) : each);
  }
  return [...gathered];
}
