/**
 * Owns what the second layout of the database adds: the backup's own state, the records that wait to be uploaded, and where
 * entries of the history stand on the site. Frozen: it describes databases that exist, imports nothing, and never changes.
 */
export const version2 = {
  number: 2,
  tables: ['marks', 'backup', 'backupQueue'],
  indexes: 'id, group',
} as const;
