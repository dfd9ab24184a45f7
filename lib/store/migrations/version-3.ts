/**
 * Owns what the third layout of the database adds: link previews of messages, and what a person chose about previews. Frozen:
 * it describes databases that exist, imports nothing, and never changes.
 */
export const version3 = {
  number: 3,
  tables: ['previews', 'previewChoices'],
  indexes: 'id, group',
} as const;
