/**
 * Owns the walk up the composed tree from a host, through slots and closed shadow roots, and what no ancestor may have.
 */
import { browser } from '../browser.ts';

/** Property by property, the values that leave what is inside as it is. */
const PLAIN: readonly (readonly [property: string, plain: readonly string[]])[] = [
  ['opacity', ['1']],
  ['filter', ['none']],
  ['mask-image', ['none']],
  ['-webkit-mask-image', ['none', '']],
  ['-webkit-mask-box-image-source', ['none', '']],
  ['mask-border-source', ['none', '']],
  ['clip-path', ['none']],
  ['mix-blend-mode', ['normal']],
  ['visibility', ['visible']],
  ['content-visibility', ['visible', '']],
  ['zoom', ['1', '']],
  ['rotate', ['none']],
  ['scale', ['none']],
  ['perspective', ['none']],
  ['-webkit-box-reflect', ['none', '']],
];

/** A transform that only shifts: it hides nothing, and movement is seen by itself. */
const SHIFT = /^(none|matrix\(1, 0, 0, 1, [^)]*\))$/;

/** Whether neither `host` nor any composed ancestor alters how the frame is painted. The host's own clip is ours. */
export function isPaintedPlainly(host: Element): boolean {
  for (let at: Element | null = host; at !== null; at = composedParent(at)) {
    const style = getComputedStyle(at);
    const own = at === host;
    const plain = PLAIN.every(
      ([property, values]) => (own && property === 'clip-path') || values.includes(style.getPropertyValue(property)),
    );
    if (!plain || !SHIFT.test(style.transform)) return false;
  }
  return true;
}

/** The parent in the flat tree: the slot where the parent has a shadow root, the host at the top of one. */
function composedParent(element: Element): Element | null {
  const parent = element.parentNode;
  if (parent instanceof ShadowRoot) return parent.host;
  if (!(parent instanceof Element)) return null;
  const root = shadowRootOf(parent);
  if (root === null) return parent;
  const slots = [...root.querySelectorAll('slot')];
  return slots.find((slot) => slot.assignedNodes().includes(element)) ?? parent;
}

/** Chrome asks through an API, Firefox by a property that content scripts alone see. */
interface ShadowReader {
  readonly dom?: { openOrClosedShadowRoot(element: Element): ShadowRoot | null };
}
interface ShadowBearer {
  readonly openOrClosedShadowRoot?: ShadowRoot | null;
}

/** The shadow root of `element`, closed or open: only an extension may ask. */
export function shadowRootOf(element: Element): ShadowRoot | null {
  const own = (element as ShadowBearer).openOrClosedShadowRoot;
  if (own !== undefined) return own;
  return (browser as ShadowReader).dom?.openOrClosedShadowRoot(element) ?? element.shadowRoot;
}
