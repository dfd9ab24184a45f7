export { applyPageLanguage } from './page-language.ts';
export { type TextKey, text } from './text.ts';
