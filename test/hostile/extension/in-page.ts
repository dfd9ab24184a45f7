/**
 * The design without frames, which the tests show to be wrong: plaintext in a shadow root of the page, drafts in the
 * site's storage, a preview fetched by the page's own document.
 */
import { browser } from '../../../lib/browser.ts';

/** Draws every text over the list, and a text box over the site's. */
export async function showInPage(list: HTMLElement, box: HTMLElement): Promise<void> {
  const texts = (await browser.runtime.sendMessage('test-texts')) as string[];
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  for (const text of texts) {
    const line = document.createElement('p');
    line.textContent = text;
    line.id = 'line';
    root.append(line);
  }
  list.prepend(host);
  const { left, top, width, height } = box.getBoundingClientRect();
  const cover = document.createElement('div');
  cover.style.cssText = `position:fixed;left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
  const input = document.createElement('textarea');
  input.style.cssText = 'width:100%;height:100%';
  cover.attachShadow({ mode: 'open' }).append(input);
  document.body.append(cover);
  input.addEventListener('input', () => localStorage.setItem('draft', input.value));
  const image = new Image();
  image.src = `/preview?text=${encodeURIComponent(texts[0] ?? '')}`;
  root.append(image);
}
