/** Which sites Sotto is on, and what else a person may allow. */
export {
  coversSite,
  GRANT_KEYS,
  type GrantSource,
  noteSites,
  noteVaultHosts,
  PREVIEW_GRANT,
  readGrantedSites,
  SITES_KEY,
  sitesAmong,
  unnoteSites,
} from './granted-sites.ts';
