/**
 * Words in the reader's language. A third language is one more file in `i18n/` and its line in `LANGUAGES`; the type
 * checker names every text it lacks.
 *
 * @typedef {typeof en} Texts
 * @typedef {keyof Texts} Key
 * @typedef {Record<string, string|number>} Values
 */
import en from '../i18n/en.js';
import fr from '../i18n/fr.js';
import { recall, remember } from './storage.js';

/** @type {Record<string, {name: string, texts: Texts}>} */
export const LANGUAGES = {
  en: { name: 'English', texts: en },
  fr: { name: 'Français', texts: fr },
};

/** @type {Set<() => void>} */
const listeners = new Set();

let language = firstKnown([recall('language', ''), ...navigator.languages]);
document.documentElement.lang = language;

/** @param {string[]} wanted */
function firstKnown(wanted) {
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in LANGUAGES) ?? 'en';
}

export const currentLanguage = () => language;

/** @param {string} tag */
export function switchLanguage(tag) {
  language = firstKnown([tag]);
  remember('language', language);
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
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

const texts = () => (LANGUAGES[language] ?? { texts: en }).texts;

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
  const entry = texts()[key];
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
  return key in texts() ? t(/** @type {Key} */ (key), values) : null;
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
