/** Owns how a person looks at pages and frames: expressions that are evaluated there. */

/** The message boxes of the chats of the tests. */
export const BOXES = '#input, #editor';
/** The text box of our composer. */
export const AREA = `document.querySelector('textarea')`;

/** Every bubble with its place, as an expression in its frame. */
export const BUBBLES = `[...document.querySelectorAll('.bubble')].map((bubble) => ({
  top: bubble.offsetTop,
  from: bubble.classList.contains('me') ? 'me' : bubble.classList.contains('them') ? 'them' : '',
  state: bubble.classList.item(bubble.classList.length - 1) ?? '',
  words: bubble.querySelector('.words')?.textContent ?? '',
}))`;

/** One bubble, as it is read. */
export interface SeenBubble {
  readonly from: 'me' | 'them' | '';
  readonly state: string;
  readonly words: string;
}

/** A frame knows by itself what of it the window and the list let be seen. */
export const WORDS_IN_SIGHT = `new Promise((resolve) => {
  const all = [...document.querySelectorAll('.bubble')];
  if (all.length === 0) resolve([]);
  const observer = new IntersectionObserver((entries) => {
    observer.disconnect();
    resolve(entries.filter(({ isIntersecting }) => isIntersecting).sort((one, other) => one.boundingClientRect.top - other.boundingClientRect.top)
      .flatMap(({ target }) => target.querySelector('.words')?.textContent ?? []));
  });
  for (const bubble of all) observer.observe(bubble);
})`;

/** For the error of one who waited in vain: what has the keys, and what stands at the end of the site's box. */
export const COMPOSER_NOW = `JSON.stringify({
  focus: document.hasFocus(), active: document.activeElement?.localName, size: [innerWidth, innerHeight], seen: document.visibilityState,
  areas: [...document.querySelectorAll('textarea')].map((area) => [area.disabled, area.readOnly, area.ariaBusy, area.value.length]),
  says: document.body.innerText.slice(0, 300),
})`;
export const PAGE_NOW = `(() => {
  const { left, top, width, height } = document.querySelector('${BOXES}').getBoundingClientRect();
  const at = document.elementFromPoint(left + width / 2, top + height - 12);
  const active = document.activeElement;
  return JSON.stringify({
    box: [left, top, width, height], at: at?.outerHTML.slice(0, 400), active: active?.outerHTML.slice(0, 200),
    focus: document.hasFocus(), seen: document.visibilityState,
  });
})()`;

/** Until pictures were drawn for so long that a press counts: a busy machine draws late. */
export const DRAWN = `new Promise((resolve) => requestAnimationFrame((first) => {
  const look = (now) => (now - first < 900 ? requestAnimationFrame(look) : resolve(true));
  requestAnimationFrame(look);
}))`;
