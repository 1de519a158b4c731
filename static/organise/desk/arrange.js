/**
 * Changes in place: an element stays while what it shows does, so that nobody loses the focus, a selection or a drag
 * because somebody else has scored.
 */
import { setText } from '../../core/dom.js';

/**
 * Puts elements under their parent in this order, and touches only those that stand elsewhere.
 *
 * @param {Element} parent
 * @param {Element[]} elements
 */
export function arrange(parent, elements) {
  const wanted = new Set(elements);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const element of elements) {
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  }
}

/** @param {Element} element @param {string} name @param {string|null} value null takes the attribute away */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** @param {HTMLElement} element @param {string} text an empty one hides the element */
export function setOrHide(element, text) {
  setText(element, text);
  element.hidden = text === '';
}

/**
 * Gives the focus back after a change: a match that went to another list has it there.
 *
 * @param {() => void} change
 */
export function keepFocus(change) {
  const before = document.activeElement;
  const of = before?.closest('[data-match]')?.getAttribute('data-match');
  change();
  if (!(before instanceof HTMLElement) || before === document.activeElement) return;
  const again = of ? document.querySelector(`[data-match="${CSS.escape(of)}"] .desk-open`) : null;
  const target = before.isConnected ? before : again;
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}
