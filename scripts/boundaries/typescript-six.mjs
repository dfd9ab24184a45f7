/**
 * dependency-cruiser reads TypeScript with TypeScript's own compiler in JavaScript, which version 7 no longer has.
 * This hands it version 6, which stands beside this file and is used for nothing else.
 * See docs/decisions/typescript-six-for-boundaries.md.
 */
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const fromHere = createRequire(import.meta.url);

registerHooks({
  resolve(specifier, context, next) {
    const isCompiler = specifier === 'typescript' || specifier.startsWith('typescript/');
    if (!isCompiler || context.parentURL === import.meta.url) return next(specifier, context);
    return { url: pathToFileURL(fromHere.resolve(specifier)).href, shortCircuit: true };
  },
});
