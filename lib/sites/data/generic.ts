import type { SiteAdapter } from '../adapter.ts';

/** A page nobody described: no selectors, so that every part is found by the generic rules, and the most careful limits. */
export const genericAdapter: SiteAdapter = {
  id: 'generic',
  name: '',
  hosts: [],
  fingerprint: [],
  composer: [],
  send: [],
  list: [],
  row: [],
  text: [],
  fold: [],
  conversation: [],
  peer: [],
  account: [],
  kind: [],
  // The smallest limit of the common sites, counted in the way that gives the least room.
  limit: { amount: 1000, unit: 'utf8Bytes', slack: 64 },
  alphabet: 'base62',
  pacing: { burst: 3, gapMs: 700 },
  quirks: [],
};
