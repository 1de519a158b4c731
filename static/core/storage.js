/**
 * What this device remembers. A browser may refuse to store (private mode, full disk): then it is remembered until
 * the page goes, and nothing else breaks.
 */

const PREFIX = 'courtside:';

/** @type {Map<string, string>} */
const memory = new Map();

/**
 * @template T
 * @param {string} key
 * @param {T} fallback
 * @returns {T}
 */
export function recall(key, fallback) {
  try {
    const text = memory.get(key) ?? localStorage.getItem(PREFIX + key);
    return text == null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/**
 * @param {string} key
 * @param {unknown} value `undefined` forgets the key
 */
export function remember(key, value) {
  const text = value === undefined ? undefined : JSON.stringify(value);
  try {
    if (text === undefined) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, text);
    memory.delete(key);
  } catch {
    if (text === undefined) memory.delete(key);
    else memory.set(key, text);
  }
}
