/**
 * Owns the answers to home.
 * Does not own what a verification or a changed key means, nor the history (lib/conversation).
 */
import { encodeBase64Url } from '../bytes/index.ts';
import {
  acceptKey,
  type Contact,
  type ConversationId,
  forgetContact,
  forgetMessage,
  HistoryReader,
  listContacts,
  readSafetyNumber,
  refuseKey,
  type Surroundings,
  setVerified,
} from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import type { TrustMark } from '../frames/index.ts';
import { type Handlers, rpcFailure } from '../rpc/index.ts';
import type { Desk } from './desk.ts';
import type { HomeContact, HomeState, homeContract, MarkChoices } from './home-contract.ts';

/** What the answers stand on. */
export interface HomeParts {
  readonly around: () => Promise<Surroundings>;
  readonly desk: Pick<Desk, 'changed'>;
  readonly version: string;
  readonly cryptoReady: () => Promise<boolean>;
  readonly mark: () => Promise<TrustMark>;
  readonly choices: MarkChoices;
  /** Keeps the person's own mark, and tells all who show it. */
  readonly setMark: (mark: TrustMark) => Promise<void>;
  /** Forgets all that is kept, outside of the store, too. */
  readonly erase: () => Promise<void>;
}

/** The answers. */
export function homeHandlers(parts: HomeParts): Handlers<typeof homeContract> {
  const { around, desk, choices } = parts;
  const history = new HistoryReader();
  return {
    'home.open': () => openHome(parts),
    'home.safety': async ({ conversation }) => {
      const surroundings = await around();
      const { digits, verified } = await readSafetyNumber(surroundings, await requireId(surroundings, conversation));
      return { digits, verified };
    },
    'home.verify': async ({ conversation, digits, verified }) => {
      const surroundings = await around();
      await setVerified(surroundings, await requireId(surroundings, conversation), { digits, verified });
      await desk.changed(conversation);
      return null;
    },
    'home.acceptKey': async ({ conversation }) => {
      const surroundings = await around();
      await acceptKey(surroundings, await requireId(surroundings, conversation));
      await desk.changed(conversation);
      return null;
    },
    'home.refuseKey': async ({ conversation }) => {
      const surroundings = await around();
      await refuseKey(surroundings, await requireId(surroundings, conversation));
      await desk.changed(conversation);
      return null;
    },
    'home.history': async ({ conversation, before, words }) => {
      const surroundings = await around();
      return history.read(surroundings, await requireId(surroundings, conversation), { before, words });
    },
    'home.forget': async ({ conversation, line }) => {
      const surroundings = await around();
      await forgetMessage(surroundings, await requireId(surroundings, conversation), line);
      await desk.changed(conversation);
      return null;
    },
    'home.forgetContact': async ({ conversation }) => {
      const surroundings = await around();
      await forgetContact(surroundings, await requireId(surroundings, conversation));
      await desk.changed(conversation);
      return null;
    },
    'home.setMark': async (mark) => {
      if (!choices.colours.includes(mark.colour) || !choices.signs.includes(mark.sign)) throw rpcFailure('BadRequest');
      await parts.setMark(mark);
      return null;
    },
    'home.erase': async () => {
      await parts.erase();
      return null;
    },
  };
}

async function openHome({ around, version, cryptoReady, mark, choices }: HomeParts): Promise<HomeState> {
  const base = { version, cryptoReady: await cryptoReady(), mark: await mark(), choices };
  try {
    const contacts = (await listContacts(await around())).map(homeContact).sort(byConcern);
    return { ...base, trouble: null, contacts };
  } catch (error) {
    return { ...base, trouble: error instanceof Failure ? error.code : 'StoreUnavailable', contacts: [] };
  }
}

function homeContact({ conversationId, site, name, state, verified }: Contact): HomeContact {
  return {
    conversation: encodeBase64Url(conversationId),
    name,
    site: URL.canParse(site) ? new URL(site).host : site,
    state,
    verified,
  };
}

/** What waits for the person comes first. */
function byConcern(one: HomeContact, other: HomeContact): number {
  const waits = ({ state }: HomeContact): number => Number(state === 'keyChanged');
  return waits(other) - waits(one) || compare(one.name, other.name) || compare(one.site, other.site);
}

function compare(one: string, other: string): number {
  return one.localeCompare(other);
}

async function requireId(around: Surroundings, conversation: string): Promise<ConversationId> {
  const contacts = await listContacts(around);
  const found = contacts.find(({ conversationId }) => encodeBase64Url(conversationId) === conversation);
  if (found === undefined) throw rpcFailure('BadRequest');
  return found.conversationId;
}
