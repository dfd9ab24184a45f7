import { build } from 'vite';
import { root } from '../support/paths.mjs';

/** One script of `entry` and all it imports, as text. About a second. */
export async function bundleScript(entry) {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, lib: { entry, formats: ['iife'], name: 'chat' } },
  });
  return [result].flat()[0].output[0].code;
}
