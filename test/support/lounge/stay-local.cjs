/**
 * Loaded before The Lounge: takes out its look for updates, which asks the network at every start and, where there is
 * none, ends the server. Nothing else of it is changed.
 */
const path = require.resolve('thelounge/dist/server/plugins/changelog.js', { paths: [__dirname] });
const quiet = { isUpdateAvailable: false, fetch: async () => ({}), checkForUpdates: () => {} };
require.cache[path] = {
  id: path,
  filename: path,
  loaded: true,
  children: [],
  paths: [],
  exports: { __esModule: true, default: quiet },
};
