import { beforeEach, describe, expect, it, vi } from 'vitest';
import english from '../../public/_locales/en/messages.json' with { type: 'json' };

const getMessage = vi.hoisted(() => vi.fn());
vi.mock('../browser.ts', () => ({ browser: { i18n: { getMessage } } }));
const { applyPageLanguage, text } = await import('./index.ts');

describe('a sentence', () => {
  beforeEach(() => {
    getMessage.mockReset();
  });

  it('is looked up by its key with its fillings in order', () => {
    getMessage.mockReturnValue('Version 1.2.3');
    expect(text('popupVersion', '1.2.3')).toBe('Version 1.2.3');
    expect(getMessage).toHaveBeenCalledExactlyOnceWith('popupVersion', ['1.2.3']);
  });

  it('that the build lacks is a defect, not an empty place', () => {
    getMessage.mockReturnValue('');
    expect(() => text('popupTryAgain')).toThrow(RangeError);
  });

  it('brings its language and direction to the page', () => {
    getMessage.mockImplementation((key: keyof typeof english) => english[key].message);
    const root = { lang: '', dir: '' };
    applyPageLanguage(root);
    expect(root).toEqual({ lang: 'en', dir: 'ltr' });
  });
});
