/**
 * Owns what composer and transcript ask about link previews, and what they are told of them.
 * Does not own the answers (lib/relay, preview-desk.ts). No frame ever asks the network anything: a picture comes over the port.
 */
import { flag, method, nothing, pushedEvent, record, text } from '../rpc/index.ts';

/** The host of a link as it is shown; see lib/preview, host.ts. */
export interface LinkHost {
  readonly text: string;
  readonly mark: 'plain' | 'foreign' | 'mixed-scripts' | 'look-alike' | 'literal';
  /** Where it is not the scheme's own; empty else. */
  readonly port: string;
  readonly secure: boolean;
}

/** What is shown of a link's page. Every text may be empty, the address excepted. */
export interface LinkCard {
  readonly url: string;
  readonly title: string;
  readonly description: string;
  /** What the page calls its site: its own word. */
  readonly siteName: string;
  /** Read from the address. */
  readonly host: LinkHost;
  /** The size of its picture in pixels. */
  readonly picture: { readonly width: number; readonly height: number } | null;
}

/**
 * What the composer shows of the link in its box.
 * - ask: may its site be asked? permit: the browser's permission is missing, which no page can ask for.
 * - building: it is being asked. ready: the card goes with the message; `picture` is WebP in base64, empty where there is none.
 * - failed: there is none, and why, as a code of lib/preview.
 */
export type LinkState =
  | { readonly state: 'none' }
  | { readonly state: 'ask' | 'permit' | 'building'; readonly url: string; readonly host: LinkHost }
  | { readonly state: 'ready'; readonly url: string; readonly card: LinkCard; readonly picture: string }
  | { readonly state: 'failed'; readonly url: string; readonly host: LinkHost; readonly code: string };

const fromComposer = { carries: 'plaintext', callers: ['composer'] } as const;
/** As lib/preview serialises it. */
const url = text(2048, 1);

/** The calls; parts of viewContract. */
export const previewMethods = {
  /** What stands in the box now. What becomes of its link is told by `preview.changed`, also of this call. */
  'preview.look': method<{ text: string }, null>({ ...fromComposer, parse: record({ text: text(65_536) }) }),
  /** The person's answer for the site of a link. */
  'preview.answer': method<{ url: string; yes: boolean }, null>({
    ...fromComposer,
    parse: record({ url, yes: flag }),
  }),
  /** The person does not want the preview of this link: what is under way is cancelled, and nothing of it is sent. */
  'preview.remove': method<{ url: string }, null>({ ...fromComposer, parse: record({ url }) }),
  /** This left the box to be sent, perhaps after others: the preview that stands there stays for it. */
  'preview.hold': method<{ text: string }, null>({ ...fromComposer, parse: record({ text: text(65_536) }) }),
  /** Opens Sotto's popup, where the browser can be asked. Gives whether the browser did. */
  'preview.openPopup': method<Record<never, never>, boolean>({ ...fromComposer, parse: nothing }),
  /** The picture of the preview in a bubble: WebP in base64, empty where there is none. */
  'transcript.picture': method<{ id: string }, string>({
    carries: 'plaintext',
    callers: ['transcript'],
    parse: record({ id: text(128, 1) }),
  }),
} as const;

/** The events; parts of viewContract. */
export const previewEvents = {
  'preview.changed': pushedEvent<LinkState>({ carries: 'plaintext', listeners: ['composer'] }),
} as const;
