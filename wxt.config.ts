import { defineConfig } from 'wxt';

/** Firefox knows an add-on by this for ever; it names no domain, since none belongs to the project. */
const GECKO_ID = '{106fd6a4-f8ba-40de-a456-de3662a2f167}';

const geckoSettings = {
  gecko: {
    id: GECKO_ID,
    // The first with optional_host_permissions.
    strict_min_version: '128.0',
    data_collection_permissions: { required: ['none' as const] },
  },
};

/** Where a person may allow Sotto. Loopback is for chats served on one's own machine. */
const SITES = ['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'];

/**
 * Writes what is not ASCII as escapes: a single such letter has the browser keep and read a whole script in twice the room,
 * and the worker's is read each time it wakes.
 */
const asciiScripts = {
  name: 'sotto-ascii-scripts',
  generateBundle(_: unknown, bundle: Readonly<Record<string, { type: string; code?: string }>>): void {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk' || chunk.code === undefined) continue;
      if (/(?<!\\)(?:\\\\)*\\[^\0-\x7f]/.test(chunk.code)) throw new Error('a letter behind a backslash has no escape');
      chunk.code = chunk.code.replace(
        /[^\0-\x7f]/g,
        (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    }
  },
};

/** How libsodium's own script turns its WebAssembly from Base64 into bytes, one by one. */
const SODIUM_DECODES = /\(o\?\?=\((A=>\{for\(.{1,300}?return E\})\)\(/;

/** Has the browser decode it where it can: half a megabyte, each time that the worker wakes. */
const nativeBase64 = {
  name: 'sotto-native-base64',
  transform(code: string, id: string): string | undefined {
    if (!id.endsWith('/libsodium-sumo.mjs')) return undefined;
    if (!SODIUM_DECODES.test(code)) throw new Error('libsodium decodes its WebAssembly in another way now');
    return code.replace(SODIUM_DECODES, '(o??=(A=>Uint8Array.fromBase64?.(A)??($1)(A))(');
  },
};

export default defineConfig({
  manifestVersion: 3,
  // Every import is written out: what a file knows can be read in it, and the boundary checks see it.
  imports: false,
  vite: () => ({
    plugins: [asciiScripts, nativeBase64],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    // libsodium alone is half a megabyte and cannot be split; what a page loads is measured by tests of its own.
    build: { chunkSizeWarningLimit: 1024 },
  }),
  hooks: {
    'build:manifestGenerated': (_, manifest) => {
      // WXT asks for the hosts of scripts that are registered at run time; here the person grants those, site by site.
      delete manifest.host_permissions;
    },
  },
  manifest: ({ browser }) => ({
    name: '__MSG_extensionName__',
    description: '__MSG_extensionDescription__',
    default_locale: 'en',
    // libsodium is WebAssembly, which an extension may run only when it says so.
    content_security_policy: {
      extension_pages:
        "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'; img-src 'self' data:; media-src 'none'; font-src 'self'",
    },
    // None at install: a person grants each site from the popup. http://*/* is for link previews, which are never chats.
    optional_host_permissions: [...SITES, 'http://*/*'],
    // Tells link previews where a redirect leads and who answered; asked for with the hosts, when first needed.
    optional_permissions: ['webRequest'],
    // None of these warns of anything at install. storage: the key to what is kept, and seats of frames that outlive the
    // worker. scripting: scripts on the sites that the person grants. activeTab: the popup learns which site it stands over.
    // alarms: what waits for the backup is uploaded though the worker went to rest.
    permissions: ['storage', 'scripting', 'activeTab', 'alarms'],
    // Home: a tab of its own, that no page can open or put into a frame.
    options_ui: { page: 'home.html', open_in_tab: true },
    // The frames that stand in pages. Not by dynamic addresses: those do not load in pages with COEP.
    web_accessible_resources: [{ resources: ['composer.html', 'transcript.html'], matches: SITES }],
    // 123 is the first Chrome with light-dark() in style sheets.
    ...(browser === 'firefox' ? { browser_specific_settings: geckoSettings } : { minimum_chrome_version: '123' }),
  }),
});
