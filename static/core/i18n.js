/**
 * Words in the reader's language. A third language is one more file in `i18n/` and its line in `LANGUAGES`; the type
 * checker names every text it lacks. A page loads the one it speaks.
 *
 * @typedef {typeof import('../i18n/en.js').default} Texts
 * @typedef {keyof Texts} Key
 * @typedef {Record<string, string|number>} Values
 */
import { recall, remember } from './storage.js';

/** @type {Record<string, {name: string, load: () => Promise<{default: Texts}>}>} */
export const LANGUAGES = {
  en: { name: 'English', load: () => import('../i18n/en.js') },
  fr: { name: 'Français', load: () => import('../i18n/fr.js') },
};

/** @type {Set<() => void>} */
const listeners = new Set();

let language = firstKnown([recall('language', ''), ...navigator.languages]);
let texts = await load(language);
document.documentElement.lang = language;

/** @param {string} tag @returns {Promise<Texts>} */
async function load(tag) {
  const { load = () => import('../i18n/en.js') } = LANGUAGES[tag] ?? {};
  return (await load()).default;
}

/** @param {string[]} wanted */
function firstKnown(wanted) {
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in LANGUAGES) ?? 'en';
}

export const currentLanguage = () => language;

/** Without a connection to get its words, the language stays. @param {string} tag */
export async function switchLanguage(tag) {
  const wanted = firstKnown([tag]);
  try {
    texts = await load(wanted);
    language = wanted;
    remember('language', language);
    document.documentElement.lang = language;
  } finally {
    for (const listener of listeners) listener();
  }
}

/**
 * Calls back now and after every switch of language.
 *
 * @param {() => void} listener
 * @returns {() => void} ends it
 */
export function onLanguage(listener) {
  listeners.add(listener);
  listener();
  return () => listeners.delete(listener);
}

/**
 * The text of a key, with `{name}` replaced from the values. A text in several numbers (`one`, `other`) is chosen by
 * the value `n`.
 *
 * @param {Key} key
 * @param {Values} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  /** @type {string | {one: string, other: string}} */
  const entry = texts[key];
  const text = typeof entry === 'string' ? entry : entry[isOne(Number(values['n'])) ? 'one' : 'other'];
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/** @param {number} n */
const isOne = (n) => new Intl.PluralRules(language).select(n) === 'one';

/**
 * The text of a key that may not exist, such as the code of an error.
 *
 * @param {string} key
 * @param {Values} [values]
 * @returns {string|null}
 */
export function lookUp(key, values) {
  return key in texts ? t(/** @type {Key} */ (key), values) : null;
}

/** The reader's own region of the language, which has its own way to write the time. */
const locale = () => navigator.languages.find((tag) => tag.startsWith(language)) ?? language;

/** @param {number} time milliseconds since 1970, by this device's clock */
export function timeOfDay(time, seconds = false) {
  return new Intl.DateTimeFormat(locale(), {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
  }).format(time);
}

/** @param {number} time milliseconds since 1970, by this device's clock */
export function ago(time) {
  const seconds = Math.max(0, Math.round((Date.now() - time) / 1000));
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'always', style: 'short' });
  if (seconds < 60) return format.format(-seconds, 'second');
  if (seconds < 3600) return format.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return format.format(-Math.floor(seconds / 3600), 'hour');
  return format.format(-Math.floor(seconds / 86_400), 'day');
}
