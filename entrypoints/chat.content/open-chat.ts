/**
 * Owns one chat of the page while it is in sight: which conversation it shows, what the background says of it, and the
 * lock, composer and transcript that follow from that.
 * Does not own finding chats (lib/sites), the frames themselves (lib/frames) nor what rows mean (the background).
 *
 * Invariants: what is mounted belongs to the conversation that was last reported; an answer about an earlier one is
 * dropped. While a chat is private its box takes no typing, also when the background is silent.
 */
import { Failure } from '../../lib/failure/index.ts';
import {
  type ComposerMount,
  mountComposer,
  mountTranscript,
  type TicketRegistration,
  type TranscriptMount,
} from '../../lib/frames/mount.ts';
import type { ChatReport, ChatStatus, PageContract, RowVerdict } from '../../lib/relay/page-contract.ts';
import type { Call, FrameKind, RpcClient } from '../../lib/rpc/client.ts';
import { type Chat, type ChatsWatch, type ConversationHint, sameConversation } from '../../lib/sites/index.ts';
import { deliver } from './delivery.ts';
import { type Lock, mountLock } from './lock.ts';
import { RowBook } from './row-book.ts';

let lastNumber = 0;
/** A frame that was lost for a passing reason is mounted again after this long, and so often in the life of a chat. */
const REMOUNT_MS = 500;
const MOST_REMOUNTS = 8;
/**
 * A background that died in mid-call is asked again after this long, and so often in a row: a list that is at rest would
 * not bring it up again by itself.
 */
const ASK_AGAIN_MS = 300;
const MOST_ASKS = 8;

/** A chat that was reported to the background. */
export class OpenChat {
  /** Its name in this document. */
  readonly number: number = ++lastNumber;
  readonly #client: RpcClient<PageContract>;
  readonly #watch: ChatsWatch;
  readonly #chat: Chat;
  readonly #book: RowBook;
  readonly #onTrouble: (code: string) => void;
  #hint: ConversationHint;
  #status: ChatStatus | undefined;
  #composer: ComposerMount | undefined;
  #transcript: TranscriptMount | undefined;
  #lock: Lock | undefined;
  /** Whether frames stand beside the list instead of in it: it recycles its rows, or takes our frame away. */
  #beside = false;
  #siteShown = false;
  #sending = false;
  #remounts = 0;
  #asks = 0;
  #asking: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  /** `onTrouble` hears why a frame of ours can't stand in this page. */
  constructor(client: RpcClient<PageContract>, watch: ChatsWatch, chat: Chat, onTrouble: (code: string) => void) {
    this.#onTrouble = onTrouble;
    this.#client = client;
    this.#watch = watch;
    this.#chat = chat;
    this.#hint = watch.hint(chat);
    this.#book = new RowBook(
      client,
      this.number,
      chat,
      () => this.#drawRows(),
      (failure) => (failure === undefined ? this.#forgetAsks() : this.#askAgain(failure)),
    );
    this.reopen();
  }

  /** Another conversation is on show, or the page says more of this one. */
  show(hint: ConversationHint): void {
    const before = this.#hint;
    if (sameConversation(hint, before)) return;
    this.#hint = hint;
    // The same conversation, whose other side has a name by now: what stands there stays.
    const isSame = hint.key === before.key && hint.account === before.account && hint.kind === before.kind;
    if (!isSame) {
      this.#unmount();
      this.#book.clear();
    }
    // Of the same conversation, what the background was told of the rows still counts.
    this.reopen(!isSame);
  }

  /** Reports the chat and its rows again: the background may have forgotten both. `anew` as for `report`. */
  reopen(anew = true): void {
    this.report(this.#client.call, anew).then(() => this.readRows());
  }

  /**
   * Reports the chat by `call`, and follows what the background says of it. `anew`: it is to forget what it was told, and its
   * rows are told when they are next read.
   */
  report(call: Call<PageContract>, anew = true): Promise<void> {
    clearTimeout(this.#asking);
    if (anew) this.#book.forget();
    const { adapter } = this.#chat;
    const hint = this.#hint;
    const { amount, unit, slack } = adapter.limit;
    const report: ChatReport = {
      chat: this.number,
      anew,
      key: hint.key ?? '',
      peer: hint.peer ?? '',
      account: hint.account ?? '',
      kind: hint.kind ?? 'unknown',
      limit: amount,
      unit,
      slack,
      alphabet: adapter.alphabet,
    };
    return call('chat.open', report).then(
      (status) => {
        if (!this.#over && hint === this.#hint) this.take(status);
      },
      // What is mounted stays.
      (failure: unknown) => this.#askAgain(failure),
    );
  }

  /** Follows what the background says. */
  take(status: ChatStatus): void {
    if (this.#over) return;
    const before = this.#status;
    if (before !== undefined && before.conversation !== status.conversation) this.#unmount();
    this.#status = status;
    if (status.state === 'private') this.#coverBox(status);
    else this.#openBox();
    this.#drawLock(status);
    this.#drawRows();
  }

  /** Reads the rows with armour that are in the list now. */
  readRows(): void {
    if (this.#status === undefined || this.#over) return;
    const news = this.#book.read(this.#watch.rows.sightings().filter(({ chat }) => chat === this.#chat));
    if (news) this.#transcript?.wake();
  }

  /** Follows what the background says of rows that it knows. */
  judge(verdicts: readonly RowVerdict[]): void {
    if (!this.#over) this.#book.take(verdicts);
  }

  /** Sends what is waiting, one delivery after the other. */
  send(): void {
    if (this.#sending || this.#over || this.#status === undefined) return;
    this.#sending = true;
    void this.#sendAll().finally(() => {
      this.#sending = false;
    });
  }

  /** The chat is gone from the page. */
  close(): void {
    this.#over = true;
    clearTimeout(this.#asking);
    this.#unmount();
    this.#client.call('chat.close', { chat: this.number }).catch(() => undefined);
  }

  #forgetAsks(): void {
    this.#asks = 0;
  }

  /** Reports everything again in a while where the background died of it; other failures stay what they are. */
  #askAgain(failure: unknown): void {
    const isGone = failure instanceof Failure && failure.code === 'WorkerGone';
    if (!isGone || this.#over || this.#asks >= MOST_ASKS) return;
    this.#asks += 1;
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => this.reopen(), ASK_AGAIN_MS);
  }

  async #sendAll(): Promise<void> {
    const hint = this.#hint;
    const stillThere = (): boolean => !this.#over && sameConversation(this.#watch.hint(this.#chat), hint);
    const around = <Value>(step: () => Value): Value => this.#composer?.allow(step) ?? step();
    while (stillThere()) {
      const next = await this.#client.call('chat.take', { chat: this.number }).catch((failure: unknown) => {
        this.#askAgain(failure);
        return undefined;
      });
      if (next === undefined || next.delivery === '') return;
      const context = { chat: this.#chat, page: this.#watch.page, rows: this.#watch.rows, stillThere, around };
      const outcome = await deliver(next.texts, context);
      const settlement = { chat: this.number, delivery: next.delivery, ...outcome };
      const told = await this.#client.call('chat.settle', settlement).then(
        () => true,
        (failure: unknown) => {
          this.#askAgain(failure);
          return false;
        },
      );
      if (!told || outcome.code !== '') return;
    }
  }

  #order(kind: FrameKind, conversation: string, remount: () => void) {
    return {
      conversation,
      register: (registration: TicketRegistration) => this.#client.call('frames.register', registration),
      onLost: ({ code, retry }: Failure) => {
        if (kind === 'transcript' && code === 'FrameFought' && !this.#beside) {
          this.#beside = true;
          remount();
        }
        // The worker died in between, or the page was just building anew: a few more tries, and then it is said.
        else if (retry === 'later' && this.#remounts < MOST_REMOUNTS) {
          this.#remounts += 1;
          setTimeout(remount, REMOUNT_MS);
        } else this.#onTrouble(code);
      },
    };
  }

  #coverBox({ conversation }: ChatStatus): void {
    this.#composer ??= mountComposer({
      ...this.#order('composer', conversation, () => {
        if (this.#status?.state !== 'private' || this.#status.conversation !== conversation) return;
        this.#openBox();
        this.#coverBox(this.#status);
      }),
      box: this.#chat.composer,
      onShowSite: (on) => {
        this.#siteShown = on;
        this.#transcript?.showSite(on);
        this.#book.fold(!on);
      },
    });
  }

  #openBox(): void {
    this.#composer?.unmount();
    this.#composer = undefined;
  }

  #drawLock({ state, label }: ChatStatus): void {
    const wanted = state === 'none' || state === 'inviting' || state === 'invited';
    if (!wanted) {
      this.#lock?.unmount();
      this.#lock = undefined;
      return;
    }
    this.#lock ??= mountLock(this.#chat.composer, () =>
      this.#client.call('chat.invite', { chat: this.number }).then(
        () => this.send(),
        () => undefined,
      ),
    );
    this.#lock.show(label, state);
  }

  #drawRows(): void {
    const rows = this.#book.rows();
    const { scroller } = this.#chat;
    const conversation = this.#status?.conversation ?? '';
    if (conversation === '' || scroller === undefined) return;
    // Where the chat is private there will be something to show: the frame loads while the list is still being read.
    if (rows.length === 0 && this.#transcript === undefined && this.#status?.state !== 'private') return;
    if (this.#book.recycled && !this.#beside) {
      this.#beside = true;
      this.#transcript?.unmount();
      this.#transcript = undefined;
    }
    this.#transcript ??= mountTranscript({
      ...this.#order('transcript', conversation, () => {
        this.#transcript?.unmount();
        this.#transcript = undefined;
        this.#drawRows();
      }),
      scroller,
      recycles: this.#beside,
    });
    this.#transcript.setRows(rows);
    this.#book.fold(!this.#siteShown);
    if (this.#siteShown) this.#transcript.showSite(true);
  }

  #unmount(): void {
    this.#openBox();
    this.#transcript?.unmount();
    this.#transcript = undefined;
    this.#book.fold(false);
    this.#lock?.unmount();
    this.#lock = undefined;
    this.#status = undefined;
    this.#beside = false;
    this.#siteShown = false;
  }
}
