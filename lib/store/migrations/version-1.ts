/**
 * Owns the first layout of the database. Frozen: it describes databases that exist, imports nothing, and never changes.
 *
 * Every table has rows {id, group, sealed}: 22 letters that stand for the row's key, 22 that stand for what it belongs to,
 * and the sealed value. `meta` has one row, `head`, with {installation, sealed}.
 */
export const version1 = {
  number: 1,
  tables: [
    'personas',
    'conversations',
    'threads',
    'sessions',
    'tags',
    'invites',
    'outbox',
    'history',
    'ledger',
    'assemblies',
    'drafts',
  ],
  indexes: 'id, group',
  meta: 'id',
} as const;
