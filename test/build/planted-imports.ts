/**
 * Planted violations of the house's boundaries: for each rule a file and what it imports. The test lays all of them
 * out in one tree and expects exactly these to be found, and nothing in the innocent files beside them.
 */

/** [rule, file, what it imports] */
export type Plant = readonly [rule: string, from: string, to: string];

/** lib/<room>/index.ts importing a room above it: the file is the room's own face, the target the other's. */
const upwards = (
  [
    ['failure', 'bytes'],
    ['bytes', 'crypto'],
    ['crypto', 'signal'],
    ['signal', 'conversation'],
    ['content', 'signal'],
    ['armour', 'crypto'],
    ['store', 'conversation'],
    ['preview', 'store'],
    ['vault-protocol', 'crypto'],
    ['backup', 'signal'],
    ['conversation', 'sites'],
    ['relay', 'store'],
    ['sites', 'signal'],
    ['frames', 'store'],
    ['rpc', 'signal'],
    ['text', 'store'],
    ['grants', 'rpc'],
  ] as const
).map(([room, above]): Plant => [`room-${room}`, `lib/${room}/upwards.ts`, `lib/${above}/index.ts`]);

const packagesOfPureRooms = (
  ['failure', 'bytes', 'crypto', 'signal', 'content', 'armour', 'vault-protocol'] as const
).map((room): Plant => [`packages-of-${room}`, `lib/${room}/package.ts`, 'preact']);

export const plants: readonly Plant[] = [
  ...upwards,
  ...packagesOfPureRooms,
  ['packages-of-signal', 'lib/signal/platform.ts', 'node:crypto'],
  ['no-node-in-the-browser', 'lib/signal/platform.ts', 'node:crypto'],
  ['crypto-alone', 'lib/store/sodium.ts', 'libsodium-wrappers-sumo'],
  ['crypto-alone', 'lib/backup/noble.ts', '@noble/ciphers/aes.js'],
  ['store-alone', 'lib/conversation/dexie.ts', 'dexie'],
  ['browser-alone', 'entrypoints/popup/polyfill.ts', 'webextension-polyfill'],
  ['oracle-in-tests-alone', 'lib/store/oracle.ts', '@signalapp/libsignal-client'],
  ['no-tools-shipped', 'lib/store/oracle.ts', '@signalapp/libsignal-client'],
  ['no-tools-shipped', 'lib/store/tool.ts', 'fast-check'],
  ['no-circle', 'lib/preview/egg.ts', 'lib/preview/hen.ts'],
  ['found', 'lib/preview/lost.ts', 'lib/preview/nowhere.ts'],
  ['rooms-known', 'entrypoints/popup/cellar.ts', 'lib/cellar/index.ts'],
  ['index-inside-lib', 'lib/signal/past-the-index.ts', 'lib/crypto/inner.ts'],
  ['index-outside-lib', 'entrypoints/popup/past-the-index.ts', 'lib/crypto/inner.ts'],
  ['index-outside-lib', 'test/interop/past-the-index.test.ts', 'lib/signal/inner.ts'],
  ['entrypoints-last', 'components/entry.ts', 'entrypoints/background.ts'],
  ['components-show-only', 'components/entry.ts', 'entrypoints/background.ts'],
  ['entrypoints-last', 'entrypoints/home/entry.ts', 'entrypoints/popup/view.ts'],
  ['components-show-only', 'components/stored.ts', 'lib/store/index.ts'],
  ['page-holds-nothing', 'entrypoints/chat.content.ts', 'lib/crypto/index.ts'],
  ['page-holds-nothing', 'entrypoints/guard.content/index.ts', 'lib/armour/index.ts'],
  ['vault-stands-alone', 'vault/src/signal.ts', 'lib/signal/index.ts'],
  ['vault-stands-alone', 'vault/src/inner.ts', 'lib/vault-protocol/inner.ts'],
  ['index-outside-lib', 'vault/src/inner.ts', 'lib/vault-protocol/inner.ts'],
  ['vault-not-shipped', 'lib/backup/vault.ts', 'vault/src/server.ts'],
  ['index-outside-lib', 'entrypoints/popup/tested.ts', 'lib/store/index.test.ts'],
  ['no-tests-shipped', 'lib/signal/supported.ts', 'lib/signal/test-samples.ts'],
  ['no-tests-shipped', 'entrypoints/popup/tested.ts', 'lib/store/index.test.ts'],
  ['one-browser-api', 'entrypoints/popup/api.ts', 'wxt/browser'],
  ['packages-of-content', 'lib/content/browser.ts', 'lib/browser.ts'],
  ['pure-rooms-reach-no-browser', 'lib/content/browser.ts', 'lib/browser.ts'],
];

/** The other half of the planted circle: a circle is reported once. */
export const companions = [['lib/preview/hen.ts', 'lib/preview/egg.ts']] as const;

/** Imports that the house allows and a careless rule would bar. */
export const innocent: readonly (readonly [from: string, to: string])[] = [
  ['lib/signal/below.ts', 'lib/crypto/index.ts'],
  ['lib/signal/wire.ts', '@bufbuild/protobuf/wire'],
  ['lib/signal/inner.test.ts', 'node:crypto'],
  ['lib/signal/inner.test.ts', 'vitest'],
  ['lib/signal/inner.test.ts', 'lib/signal/test-samples.ts'],
  ['lib/signal/test-samples.ts', 'node:crypto'],
  ['lib/crypto/sodium.ts', 'libsodium-wrappers-sumo'],
  ['lib/store/database.ts', 'dexie'],
  ['lib/browser.ts', 'webextension-polyfill'],
  ['lib/sites/finder.ts', 'lib/armour/detect.ts'],
  ['components/bubble.ts', 'lib/text/index.ts'],
  ['components/bubble.ts', 'preact/hooks'],
  ['entrypoints/background.ts', 'lib/conversation/index.ts'],
  ['entrypoints/background.ts', 'wxt/utils/define-background'],
  ['entrypoints/popup/main.ts', 'entrypoints/popup/view.ts'],
  ['entrypoints/page.content.ts', 'lib/sites/index.ts'],
  ['entrypoints/page.content.ts', 'lib/frames/mount.ts'],
  ['entrypoints/page.content.ts', 'lib/rpc/client.ts'],
  ['lib/frames/mount.ts', 'lib/rpc/client.ts'],
  ['vault/src/server.ts', 'lib/bytes/index.ts'],
  ['vault/src/server.ts', 'lib/vault-protocol/index.ts'],
  ['vault/src/server.ts', 'node:sqlite'],
  ['vault/src/server.ts', '@noble/curves/nist.js'],
  ['test/interop/oracle.ts', '@signalapp/libsignal-client'],
];
