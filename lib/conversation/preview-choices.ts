/**
 * Owns what a person chose about link previews, sealed like everything else: which sites they were asked about is as private
 * as the links themselves.
 * Does not own what follows from it (lib/preview, mode.ts).
 */
import { concatBytes, encodeUtf8 } from '../bytes/index.ts';
import { DEFAULT_MODE, type PreviewMode } from '../preview/index.ts';
import { type Rows, type RowTable, row } from '../store/index.ts';
import type { ConversationId } from './place.ts';
import type { Surroundings } from './surroundings.ts';

/** What holds in all chats. */
export interface PreviewSettings {
  readonly everywhere: PreviewMode;
  /** The person's own proxy, as `checkProxy` takes it. */
  readonly proxy: string | undefined;
}

/** What is chosen for one link in one chat. */
export interface PreviewChoices extends PreviewSettings {
  readonly chat: PreviewMode | undefined;
  readonly answer: 'yes' | 'no' | undefined;
}

interface SiteAnswer {
  readonly site: string;
  readonly answer: 'yes' | 'no';
}

const mode = row.oneOf('off', 'ask', 'always');
const SETTINGS: RowTable<PreviewSettings> = {
  name: 'previewChoices',
  version: 1,
  codec: row.record<PreviewSettings>({ everywhere: mode, proxy: row.optional(row.text) }),
};
const CHATS: RowTable<PreviewMode> = { name: 'previewChoices', version: 1, codec: mode };
const ANSWERS: RowTable<SiteAnswer> = {
  name: 'previewChoices',
  version: 1,
  codec: row.record<SiteAnswer>({ site: row.text, answer: row.oneOf('yes', 'no') }),
};

const SETTINGS_KEY = encodeUtf8('settings');
const CHATS_GROUP = encodeUtf8('chats');
const ANSWERS_GROUP = encodeUtf8('sites');
const DEFAULTS: PreviewSettings = { everywhere: DEFAULT_MODE, proxy: undefined };

const chatKey = (id: ConversationId): Uint8Array => concatBytes(CHATS_GROUP, id);
const siteKey = (site: string): Uint8Array => concatBytes(ANSWERS_GROUP, encodeUtf8(site));

/** What holds in all chats. */
export function readPreviewSettings({ store }: Surroundings): Promise<PreviewSettings> {
  return store.read(settingsOf);
}

/** Keeps what holds in all chats. */
export function savePreviewSettings({ store }: Surroundings, settings: PreviewSettings): Promise<void> {
  return store.note((rows) => rows.put(SETTINGS, SETTINGS_KEY, SETTINGS_KEY, settings));
}

/** What is chosen for links to `site` (`linkedSite`) in a chat. */
export function readPreviewChoices(
  { store }: Surroundings,
  conversationId: ConversationId,
  site: string,
): Promise<PreviewChoices> {
  return store.read(async (rows) => ({
    ...(await settingsOf(rows)),
    chat: await rows.get(CHATS, chatKey(conversationId)),
    answer: (await rows.get(ANSWERS, siteKey(site)))?.answer,
  }));
}

/** The mode of a chat, or undefined where it has none of its own. */
export function readChatPreviewMode(
  { store }: Surroundings,
  conversationId: ConversationId,
): Promise<PreviewMode | undefined> {
  return store.read((rows) => rows.get(CHATS, chatKey(conversationId)));
}

/** Keeps the mode of a chat; undefined is that of all chats. */
export function saveChatPreviewMode(
  { store }: Surroundings,
  conversationId: ConversationId,
  chosen: PreviewMode | undefined,
): Promise<void> {
  const key = chatKey(conversationId);
  return store.note((rows) =>
    chosen === undefined ? rows.delete(CHATS, key) : rows.put(CHATS, key, CHATS_GROUP, chosen),
  );
}

/** Keeps what the person answered for `site`. */
export function saveSiteAnswer({ store }: Surroundings, site: string, answer: 'yes' | 'no'): Promise<void> {
  return store.note((rows) => rows.put(ANSWERS, siteKey(site), ANSWERS_GROUP, { site, answer }));
}

/** Forgets all answers: the person is asked anew. */
export function forgetSiteAnswers({ store }: Surroundings): Promise<void> {
  return store.note(async (rows) => {
    for (const { site } of await rows.list(ANSWERS, ANSWERS_GROUP)) await rows.delete(ANSWERS, siteKey(site));
  });
}

async function settingsOf(rows: Rows): Promise<PreviewSettings> {
  return (await rows.get(SETTINGS, SETTINGS_KEY)) ?? DEFAULTS;
}
