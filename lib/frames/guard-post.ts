/**
 * Owns, in the background, which tabs have a composer in use, and telling every frame of such a tab to swallow keys.
 * Does not own the swallowing: that is the guard in each frame (mount-guard.ts).
 *
 * Invariant: the set outlives the worker, so that a frame that a page adds while the worker sleeps is armed as well.
 */

/** What the post needs of the browser. */
export interface GuardLines {
  /** Tells every guard of a tab. */
  tell(tab: number, armed: boolean): void;
  load(): Promise<readonly number[]>;
  save(tabs: readonly number[]): Promise<void>;
}

/** The armed tabs. */
export class GuardPost {
  private readonly lines: GuardLines;
  private tabs: Promise<Set<number>> | undefined;

  constructor(lines: GuardLines) {
    this.lines = lines;
  }

  /** Arms or disarms every frame of `tab`. */
  async arm(tab: number, on: boolean): Promise<void> {
    this.lines.tell(tab, on);
    const tabs = await this.load();
    if (tabs.has(tab) === on) return;
    if (on) tabs.add(tab);
    else tabs.delete(tab);
    await this.lines.save([...tabs]);
  }

  /** Whether the frames of `tab` are to be armed. */
  async isArmed(tab: number): Promise<boolean> {
    return (await this.load()).has(tab);
  }

  private load(): Promise<Set<number>> {
    this.tabs ??= this.lines.load().then((tabs) => new Set(tabs));
    return this.tabs;
  }
}
