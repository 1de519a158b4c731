/**
 * Building DOM by hand, in few words. Nothing here parses HTML, so no name that somebody typed can become markup.
 *
 * @typedef {Node|string|null|undefined|false} Child
 */
import { ask } from './api.js';

/**
 * An element with attributes, listeners (`onclick` and friends) and children. `true` sets an empty attribute;
 * `false`, null and undefined leave it out.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter(isChild));
  return element;
}

/**
 * @param {Child} child
 * @returns {child is Node|string}
 */
export const isChild = (child) => child != null && child !== false;

/**
 * Touches the DOM only when the text differs, so that screen readers and animations see real changes alone.
 *
 * @param {Node} node
 * @param {string} text
 * @returns {boolean} whether it changed
 */
export function setText(node, text) {
  if (node.textContent === text) return false;
  node.textContent = text;
  return true;
}

/**
 * Plays an element's animation from its start. Two classes with the same look take turns: to play one again, the
 * browser would have to lay out the page in between.
 *
 * @param {HTMLElement} element
 */
export function flash(element) {
  const again = element.classList.contains('changed');
  element.classList.toggle('changed', !again);
  element.classList.toggle('changed-again', again);
}

/** Scores in quick succession are spoken once. */
const SPEAK_AFTER_MS = 1_500;

/**
 * What screen readers speak.
 *
 * @param {HTMLElement} region a live one
 * @param {number} [after_ms]
 * @returns {(words: string) => void}
 */
export function speaker(region, after_ms = SPEAK_AFTER_MS) {
  let timer = 0;
  return (words) => {
    clearTimeout(timer);
    timer = setTimeout(() => setText(region, words), after_ms);
  };
}

/** A random UUID (version 4). `crypto.randomUUID` needs a secure context, which a plain address on a LAN is not. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (Number(bytes[6]) & 0x0f) | 0x40;
  bytes[8] = (Number(bytes[8]) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

let lastId = 0;
/** An id for labels and descriptions, unique on this page. */
export const elementId = () => `e${++lastId}`;

/**
 * A QR code of this server's own address and a path.
 *
 * @param {string} path may hold a query, but no secret: it becomes part of an address
 * @param {string} alt
 */
export function qrCode(path, alt) {
  // Where the page has no room to show it, nobody loads it.
  const image = h('img', { alt, width: 240, height: 240, loading: 'lazy' });
  image.src = `/qr.svg?path=${encodeURIComponent(path)}`;
  return h('div', { class: 'qr' }, image);
}

/**
 * Like `qrCode`, for what must stand in no address: a path with a token, or how to join the Wi-Fi.
 *
 * @param {string|{wifi: {name: string, password: string}}} what
 * @param {string} alt
 */
export function secretQrCode(what, alt) {
  const image = h('img', { alt, width: 240, height: 240 });
  const draw = async () => {
    const picture = await ask('POST', '/qr.svg', typeof what === 'string' ? { path: what } : what);
    image.src = `data:image/svg+xml,${encodeURIComponent(picture)}`;
  };
  draw().catch(() => setTimeout(draw, 2_000));
  return h('div', { class: 'qr' }, image);
}
