/**
 * Owns the one way to the browser's extension API, the same in Chrome and Firefox: promises everywhere.
 * It throws when it is imported outside an extension; tests put a double in its place.
 */

export type { Runtime } from 'webextension-polyfill';
export { default as browser } from 'webextension-polyfill';
