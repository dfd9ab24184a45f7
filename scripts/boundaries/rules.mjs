/**
 * The house's rules of who may import what, in dependency-cruiser's terms. Each is shown to bite in
 * test/build/boundaries.test.ts; a rule without a planted violation there fails that test.
 */
import { packagesOfPureRooms, pageHalves, pureRooms, reachableFromPage, rooms, sharedWithVault } from './rooms.mjs';

const test = '[.]test[.]tsx?$|/test-[^/]+[.]ts$';
const shipped = '^(lib|components|entrypoints)/';
const either = (names) => `(${names.join('|')})`;
/** A package, whether it was found in node_modules or not. */
const packages = (names) => `(^|/)node_modules/${either(names)}/|^${either(names)}(/|$)`;

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

const roomRules = Object.entries(rooms).map(([room, below]) =>
  forbid(
    `room-${room}`,
    `lib/${room} may know only ${below.join(', ') || 'itself'}.`,
    { path: `^lib/${room}/` },
    { path: '^lib/[^/]+/', pathNot: `^lib/${either([room, ...below])}/` },
  ),
);

const packageRules = pureRooms.map((room) =>
  forbid(
    `packages-of-${room}`,
    `lib/${room} is pure: no platform, and of packages only ${packagesOfPureRooms[room]?.join(', ') ?? 'none'}.`,
    { path: `^lib/${room}/`, pathNot: test },
    {
      path: '(^|/)node_modules/|^[^./]',
      pathNot: ['^lib/[^/]+/', '[.]json$', ...(packagesOfPureRooms[room] ? [packages(packagesOfPureRooms[room])] : [])],
    },
  ),
);

const onlyImporters = [
  [
    'crypto-alone',
    'lib/crypto',
    // The vault is a program of its own, without lib/crypto; see vault/package.json.
    '^(lib/crypto|vault|test)/',
    ['libsodium-wrappers', 'libsodium-wrappers-sumo', 'libsodium-sumo', '@noble/[^/]+'],
  ],
  ['store-alone', 'lib/store', '^lib/store/', ['dexie']],
  ['browser-alone', 'lib/browser.ts', '^lib/browser[.]ts$', ['webextension-polyfill']],
  ['oracle-in-tests-alone', 'test/', '^test/', ['@signalapp/libsignal-client']],
].map(([name, owner, from, names]) =>
  forbid(
    `${name}`,
    `Only ${owner} imports ${names.join(', ')}.`,
    { path: '.', pathNot: [from, 'node_modules/'] },
    { path: packages(names), pathNot: packages(['@types']) },
  ),
);

export const rules = [
  ...roomRules,
  ...packageRules,
  ...onlyImporters,
  forbid('no-circle', 'Modules that need each other are one module.', {}, { circular: true }),
  forbid('found', 'Every import leads somewhere.', { pathNot: 'node_modules/' }, { couldNotResolve: true }),
  forbid(
    'rooms-known',
    'A room is named in rooms.mjs with the rooms below it.',
    {},
    { path: '^lib/[^/]+/', pathNot: `^lib/${either(Object.keys(rooms))}/` },
  ),
  forbid(
    'index-inside-lib',
    'A room is known by its index.ts; nobody reaches past it, but for the halves made for the page.',
    { path: '^lib/([^/]+)/' },
    {
      path: '^lib/[^/]+/',
      pathNot: ['^lib/$1/', '^lib/[^/]+/index[.]ts$', ...pageHalves.map((half) => `^lib/${half}`)],
    },
  ),
  forbid(
    'index-outside-lib',
    'A room is known by its index.ts; nobody reaches past it, but for the halves made for the page.',
    { pathNot: '^lib/' },
    {
      path: '^lib/[^/]+/',
      pathNot: ['^lib/[^/]+/index[.]ts$', ...pageHalves.map((half) => `^lib/${half}`)],
    },
  ),
  forbid(
    'entrypoints-last',
    'Nothing imports an entrypoint, not even another entrypoint.',
    { path: '^(?:entrypoints/)?([^/]+)' },
    { path: '^entrypoints/', pathNot: '^entrypoints/$1(/|$)' },
  ),
  forbid(
    'components-show-only',
    'A component knows text, other components and Preact; of anything else only types.',
    { path: '^components/', pathNot: test },
    {
      path: '.',
      pathNot: ['^components/', '^lib/text/index[.]ts$', packages(['preact'])],
      dependencyTypesNot: ['type-only'],
    },
  ),
  forbid(
    'page-holds-nothing',
    'A content script reaches sites, the detecting half of armour, the mounting half of frames and the client of rpc.',
    { path: '^entrypoints/[^/]+[.]content([.]ts$|/)' },
    { path: '^(lib|components)/', pathNot: reachableFromPage.map((part) => `^lib/${part}`), reachable: true },
  ),
  forbid(
    'vault-stands-alone',
    'The vault shares lib/bytes, its failures and the codec of their protocol with the extension, and nothing else.',
    { path: '^vault/' },
    { path: '^(lib|components|entrypoints|test|scripts)/', pathNot: sharedWithVault },
  ),
  forbid(
    'vault-not-shipped',
    'The extension knows the vault by its protocol alone.',
    { path: shipped },
    { path: '^vault/' },
  ),
  forbid(
    'no-node-in-the-browser',
    "What runs in a browser uses none of Node's modules.",
    { path: shipped, pathNot: test },
    { dependencyTypes: ['core'] },
  ),
  forbid(
    'no-tests-shipped',
    'What ships imports no test and no script.',
    { path: shipped, pathNot: test },
    { path: ['^(test|scripts)/', test] },
  ),
  forbid(
    'no-tools-shipped',
    'What ships stands on dependencies, not on development tools; types and the build framework excepted.',
    { path: shipped, pathNot: test },
    { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: packages(['wxt', '@types']) },
  ),
  forbid(
    'one-browser-api',
    "lib/browser.ts is the only way to the browser's API.",
    { path: shipped },
    { path: '(^|/)wxt/(dist/)?browser|^#imports|/@wxt-dev/browser/' },
  ),
  forbid(
    'pure-rooms-reach-no-browser',
    'A pure room reaches no browser API.',
    { path: `^lib/${either(pureRooms)}/` },
    { path: '^lib/browser[.]ts$', reachable: true },
  ),
];
