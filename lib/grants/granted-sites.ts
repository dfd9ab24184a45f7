/**
 * Owns which sites Sotto is on: those that the person allowed by name. Link previews need the browser's permission to ask any web
 * page; that one is for asking alone, and puts Sotto's scripts on no site.
 *
 * Where any page may be asked, a browser need not note that a site was allowed besides. So the pages that ask for a site note it,
 * and a site is on if the browser names it or it is noted, as long as the browser lets us.
 */

/** What is asked of the browser for previews, in one question. */
export const PREVIEW_GRANT = {
  origins: ['http://*/*', 'https://*/*'],
  permissions: ['webRequest'],
};

/** The name of the list in `browser.storage.local`. */
export const SITES_KEY = 'sotto.sites';

/** The name of the list of hosts that were allowed for the backup alone. */
const VAULTS_KEY = 'sotto.vaultHosts';

/** All names under which it is kept what a grant is for. It outlives what is deleted for as long as the grant does. */
export const GRANT_KEYS: readonly string[] = [SITES_KEY, VAULTS_KEY];

/** The parts of the browser that are used. */
export interface GrantSource {
  readonly permissions: {
    getAll(): Promise<{ origins?: string[] }>;
    contains(wanted: { origins: string[] }): Promise<boolean>;
  };
  readonly storage: {
    readonly local: {
      get(key: string): Promise<Record<string, unknown>>;
      set(items: Record<string, unknown>): Promise<void>;
    };
  };
}

/** Of patterns of hosts, those of sites: neither every site, nor a browser's own pages. */
export function sitesAmong(patterns: readonly string[]): string[] {
  return patterns.filter((pattern) => /^(https?|[*]):[/][/](?![*][/])/.test(pattern));
}

/** The patterns of the sites that Sotto is on, sorted. */
export async function readGrantedSites({ permissions, storage }: GrantSource): Promise<string[]> {
  const { origins = [] } = await permissions.getAll();
  const noted = await readNoted(storage);
  const vaults = await readList(storage, VAULTS_KEY);
  const still = await Promise.all(noted.map((pattern) => permissions.contains({ origins: [pattern] })));
  const all = [
    ...sitesAmong(origins).filter((pattern) => !vaults.includes(pattern)),
    ...noted.filter((_, place) => still[place]),
  ];
  return [...new Set(all)].sort();
}

/** Whether `site`, a pattern without wildcards in its host, is one of `granted`. */
export function coversSite(granted: readonly string[], site: string): boolean {
  return granted.some((pattern) => {
    if (pattern === site) return true;
    const [, scheme, host] = /^([^:]+):[/][/]([^/]+)/.exec(pattern) ?? [];
    const [, siteScheme, siteHost = ''] = /^([^:]+):[/][/]([^/]+)/.exec(site) ?? [];
    const sameScheme = scheme === '*' || scheme === siteScheme;
    if (!sameScheme || host === undefined) return false;
    return host.startsWith('*.') ? `.${siteHost}`.endsWith(host.slice(1)) : host === siteHost;
  });
}

/** Notes that the person allowed sites. */
export async function noteSites({ storage }: GrantSource, patterns: readonly string[]): Promise<void> {
  const noted = await readNoted(storage);
  await storage.local.set({ [SITES_KEY]: [...new Set([...noted, ...sitesAmong(patterns)])] });
}

/** Notes that the person took sites back. */
export async function unnoteSites({ storage }: GrantSource, patterns: readonly string[]): Promise<void> {
  const noted = await readNoted(storage);
  await storage.local.set({ [SITES_KEY]: noted.filter((pattern) => !patterns.includes(pattern)) });
}

/**
 * Notes that hosts are asked for because a vault is there: Sotto's scripts stay away from their pages, unless the person allows
 * them as sites, too. Those that are sites already stay so. To be called before the browser asks.
 */
export async function noteVaultHosts(source: GrantSource, patterns: readonly string[]): Promise<void> {
  const sites = await readGrantedSites(source);
  const vaults = await readList(source.storage, VAULTS_KEY);
  const news = patterns.filter((pattern) => !sites.includes(pattern));
  await source.storage.local.set({ [VAULTS_KEY]: [...new Set([...vaults, ...news])] });
}

function readNoted(storage: GrantSource['storage']): Promise<string[]> {
  return readList(storage, SITES_KEY);
}

async function readList(storage: GrantSource['storage'], key: string): Promise<string[]> {
  const found = (await storage.local.get(key))[key];
  return Array.isArray(found) ? sitesAmong(found.filter((each) => typeof each === 'string')) : [];
}
