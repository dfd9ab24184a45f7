/**
 * Who may know whom inside lib/: each room with the rooms below it. A room that is not named here may not exist.
 * The order is the house's: bytes <- crypto <- signal <- conversation -> {content, armour, store, preview, backup}.
 */
export const rooms = {
  failure: [],
  bytes: ['failure'],
  crypto: ['failure', 'bytes'],
  signal: ['failure', 'bytes', 'crypto'],
  content: ['failure', 'bytes', 'crypto'],
  armour: ['failure', 'bytes'],
  store: ['failure', 'bytes', 'crypto', 'signal'],
  preview: ['failure', 'bytes'],
  'vault-protocol': ['failure', 'bytes'],
  backup: ['failure', 'bytes', 'crypto', 'store', 'vault-protocol'],
  conversation: ['failure', 'bytes', 'crypto', 'signal', 'content', 'armour', 'store', 'preview', 'backup'],
  relay: ['failure', 'bytes', 'preview', 'backup', 'conversation', 'frames', 'rpc', 'text'],
  sites: ['failure', 'armour'],
  frames: ['failure', 'rpc'],
  rpc: ['failure', 'bytes'],
  text: ['failure'],
  grants: [],
};

/** Rooms without a platform: no browser API, DOM, clock, random source or fetch of their own. */
export const pureRooms = ['failure', 'bytes', 'crypto', 'signal', 'content', 'armour', 'vault-protocol'];

/** The packages that a pure room may stand on; what is not named stands on none. */
export const packagesOfPureRooms = {
  crypto: ['libsodium-wrappers-sumo', '@noble/ciphers', '@noble/curves', '@noble/post-quantum'],
  signal: ['@bufbuild/protobuf'],
  content: ['@bufbuild/protobuf'],
};

/** The half of a room that may be reached past its index, because a content script must not carry the other half. */
export const pageHalves = [
  'armour/detect[^/]*[.]ts$',
  'frames/mount[^/]*[.]ts$',
  'rpc/client[^/]*[.]ts$',
  'relay/page-[^/]*[.]ts$',
];

/** All that a content script may reach in lib/, directly or through others. */
export const reachableFromPage = [
  'sites/',
  ...pageHalves,
  'armour/constants[.]ts$',
  'armour/failure[.]ts$',
  'failure/',
  'browser[.]ts$',
];

/** What the extension and the vault share: bytes with its failures, and the codec of their protocol. */
export const sharedWithVault = '^lib/(failure|bytes|vault-protocol)/index[.]ts$';
