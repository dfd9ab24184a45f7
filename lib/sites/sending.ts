/**
 * Owns sending texts of ours through a site's own box, and the proof that they went out: the box is empty and a row with
 * the same armour has come. Does not own what the texts say, nor the order among several conversations.
 * Invariants: one text at a time and in order; whatever happens, the box holds none of our text afterwards (where the
 * page lets it be emptied); a text is at most inserted once, and other ways of sending are tried only while it is still
 * in the box.
 */
import { completeArmour, stripIgnorable } from './armour-finder.ts';
import { readComposer } from './composer-text.ts';
import { siteFailure } from './failure.ts';
import { type Around, emptyComposer, insertText } from './insertion.ts';
import { pressEnter } from './insertion-steps.ts';
import { type Chat, guessedSendButton, knownSendButton } from './locate.ts';
import { fitsLimit } from './measure.ts';
import type { PageWatch } from './page-watch.ts';
import type { RowSighting } from './row-reading.ts';
import type { RowTracker } from './row-tracker.ts';
import { pause, waitFor } from './waiting.ts';

/** The ways of sending: the button that the description names, the Enter key, a button that looks like it. */
export type SendStep = 'known-button' | 'enter' | 'guessed-button';

/** What sending needs to know. */
export interface SendContext {
  readonly chat: Chat;
  readonly page: PageWatch;
  readonly rows: RowTracker;
  /** Stops everything; the box is emptied. */
  readonly signal?: AbortSignal;
  /** Asked right before a text is sent: whether the conversation on show is still the one meant. */
  readonly stillThere?: () => boolean;
  /** Lets a step on the box pass where our own frame has the focus. */
  readonly around?: Around;
  /** How long to wait for the proof, in milliseconds; 8000 where it is not given. */
  readonly proofWithinMs?: number;
}

/** The proof: the row that came, and what sent it. */
export interface SentText {
  readonly row: RowSighting;
  readonly step: SendStep;
}

/** Site and server have this long to show the row; what is slower can't be told from what was lost. */
const PROOF_WITHIN_MS = 8000;
/** A way of sending that has not emptied the box by then did nothing. */
const STEP_WITHIN_MS = 1500;
/** A row that came altered may still be being drawn; one that stays so will not be mended. Looked at every half second. */
const ALTERED_GRACE_MS = 2000;
const ALTERED_LOOK_MS = 500;
/** Some sites build the box anew on sending: the row may still come. */
const GONE_BOX_GRACE_MS = 2000;

/** What sent the last time from this box: tried first. */
const lastStep = new WeakMap<HTMLElement, SendStep>();

/**
 * Sends one text that holds at least one whole block of armour, and waits for the proof.
 * Refuses with a SiteCode. Throws RangeError for text without armour: nothing could prove that it was sent.
 */
export async function sendText(text: string, context: SendContext): Promise<SentText> {
  const armour = completeArmour(text);
  if (armour.length === 0) throw new RangeError('no armour to be seen again');
  const { chat, signal, stillThere, around } = context;
  if (!fitsLimit(text, chat.adapter.limit) || !fitsField(text, chat.composer)) throw siteFailure('TooLong');
  const before = rowsWith(armour, context).length;
  await insertText(chat.composer, text, signal, around);
  try {
    if (stillThere?.() === false) throw siteFailure('ConversationChanged');
    const step = await press(context, () => rowsWith(armour, context).length > before);
    const row = await prove(armour, before, context);
    lastStep.set(chat.composer, step);
    return { row, step };
  } catch (error) {
    await emptyComposer(chat.composer, around);
    throw error;
  }
}

/**
 * Sends texts in order, at the pace the site bears, calling `onSent` after each proof. The first refusal ends it: what
 * was proven before stays sent.
 */
export async function sendTexts(
  texts: readonly string[],
  context: SendContext,
  onSent: (index: number, step: SendStep) => void = () => undefined,
): Promise<void> {
  const { burst, gapMs } = context.chat.adapter.pacing;
  let began = 0;
  for (const [index, text] of texts.entries()) {
    if (index >= burst) await pause(Math.max(0, began + gapMs - performance.now()), context.signal);
    began = performance.now();
    const armoured = completeArmour(text).length > 0;
    onSent(index, armoured ? (await sendText(text, context)).step : await sendSentence(text, context));
  }
}

function fitsField(text: string, composer: HTMLElement): boolean {
  const most = (composer as HTMLTextAreaElement).maxLength;
  return typeof most !== 'number' || most < 0 || text.length <= most;
}

/**
 * Sends a sentence for people, which holds no armour, and waits until the box is empty and the list says it once more
 * than before; what sent it. Refuses with a SiteCode.
 */
async function sendSentence(sentence: string, context: SendContext): Promise<SendStep> {
  const { chat, signal, stillThere, around } = context;
  if (!fitsLimit(sentence, chat.adapter.limit) || !fitsField(sentence, chat.composer)) throw siteFailure('TooLong');
  const before = timesShown(sentence, chat);
  await insertText(chat.composer, sentence, signal, around);
  try {
    if (stillThere?.() === false) throw siteFailure('ConversationChanged');
    const step = await press(context, () => timesShown(sentence, chat) > before);
    const proof = () => (readComposer(chat.composer) === '' && timesShown(sentence, chat) > before ? true : undefined);
    if (!(await waitFor(proof, context.proofWithinMs ?? PROOF_WITHIN_MS, signal))) throw siteFailure('SendUnconfirmed');
    lastStep.set(chat.composer, step);
    return step;
  } catch (error) {
    await emptyComposer(chat.composer, around);
    throw error;
  }
}

/** How often the list says `sentence`, its blanks aside: a site makes links and spans of parts of it. */
function timesShown(sentence: string, { list }: Chat): number {
  return stripIgnorable(list?.textContent ?? '').split(stripIgnorable(sentence)).length - 1;
}

/** Tries one way of sending after the other until the box is empty or the row is there; which one it was. */
async function press(context: SendContext, rowCame: () => boolean): Promise<SendStep> {
  const { chat, signal, page } = context;
  let pressed = false;
  for (const step of stepOrder(chat)) {
    if (signal?.aborted) throw siteFailure('SendAborted');
    if (!chat.composer.isConnected) throw siteFailure('ComposerMissing');
    const button = step === 'known-button' ? knownSendButton(chat, page.roots()) : guessedSendButton(chat);
    if (step === 'enter') pressEnter(chat.composer);
    else if (button === undefined) continue;
    else button.click();
    pressed = true;
    const done = (): true | undefined =>
      !chat.composer.isConnected || readComposer(chat.composer) === '' || rowCame() ? true : undefined;
    if (await waitFor(done, STEP_WITHIN_MS, signal)) return step;
  }
  throw siteFailure(pressed ? 'SendUnconfirmed' : 'SendControlMissing');
}

function stepOrder({ adapter, composer }: Chat): SendStep[] {
  const steps: SendStep[] = ['known-button', 'enter', 'guessed-button'];
  const usable = steps.filter((step) => step !== 'enter' || !adapter.quirks.includes('enter-breaks-line'));
  const last = lastStep.get(composer);
  return last === undefined ? usable : [last, ...usable.filter((step) => step !== last)];
}

async function prove(armour: readonly string[], before: number, context: SendContext): Promise<RowSighting> {
  const { composer } = context.chat;
  let goneSince: number | undefined;
  let alteredSince: number | undefined;
  let lookedAt = performance.now();
  const staysAltered = (): boolean => {
    const now = performance.now();
    if (now - lookedAt < ALTERED_LOOK_MS) return false;
    lookedAt = now;
    alteredSince = cameAltered(armour, context) ? (alteredSince ?? now) : undefined;
    return alteredSince !== undefined && now - alteredSince > ALTERED_GRACE_MS;
  };
  const proof = (): RowSighting | 'gone' | 'altered' | undefined => {
    const rows = rowsWith(armour, context);
    const gone = !composer.isConnected;
    if (rows.length > before && (gone || readComposer(composer) === '')) return rows.at(-1)!;
    goneSince = gone ? (goneSince ?? performance.now()) : undefined;
    if (goneSince !== undefined && performance.now() - goneSince > GONE_BOX_GRACE_MS) return 'gone';
    return staysAltered() ? 'altered' : undefined;
  };
  const result = await waitFor(proof, context.proofWithinMs ?? PROOF_WITHIN_MS, context.signal);
  if (result === 'gone') throw siteFailure('ComposerMissing');
  if (result === 'altered') throw siteFailure('TextMangled');
  if (result !== undefined) return result;
  throw siteFailure(cameAltered(armour, context) ? 'TextMangled' : 'SendUnconfirmed');
}

/** The rows on show that hold all of `armour`, whole. */
function rowsWith(armour: readonly string[], { page, rows }: SendContext): RowSighting[] {
  page.flush();
  return rows.sightings().filter(({ text }) => {
    const shown = completeArmour(text);
    return armour.every((block) => shown.includes(block));
  });
}

/** Letters at the beginning of a block that no other block shares: they hold its message's random name. */
const TELLING_LETTERS = 40;

/** Whether a row shows the beginning of our block but not the whole of it: the site cut or edited it. */
function cameAltered(armour: readonly string[], { rows }: SendContext): boolean {
  const beginnings = armour.map((block) => block.slice(0, TELLING_LETTERS));
  return rows.sightings().some(({ text }) => {
    const shown = text.replace(/\s+/g, '');
    return beginnings.some(
      (beginning, index) => shown.includes(beginning) && !completeArmour(text).includes(armour[index]!),
    );
  });
}
