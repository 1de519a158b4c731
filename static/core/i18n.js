/**
 * Words in the reader's language. A third language is one more file in `i18n/`: the server lists what is there. A page
 * loads the one it speaks, and English besides only for a language that lacks some of its texts. What only organisers read
 * is a second file, in `i18n/organise/`: a phone of a spectator never loads it.
 *
 * @typedef {typeof import('../i18n/en.js').default & typeof import('../i18n/organise/en.js').default} Texts
 * @typedef {keyof Texts} Key
 * @typedef {Record<string, string|number>} Values
 */
import languages, { incomplete } from '../i18n/languages.js';
import { apart } from './isolate.js';
import { recall, remember } from './storage.js';

/** @type {Set<() => void>} */
const listeners = new Set();

let language = firstKnown([recall('language', ''), ...navigator.languages]);
let forOrganisers = false;
let texts = await load(language);
document.documentElement.lang = language;

/** @param {string} tag @returns {Promise<Texts>} */
async function load(tag) {
  const needed = incomplete.includes(tag) ? ['en', tag] : [tag];
  const loaded = await Promise.all(needed.map((each) => import(`../i18n/${each}.js`)));
  const more = forOrganisers ? await organisersTexts(tag) : {};
  return Object.assign({}, ...loaded.map((each) => each.default), more);
}

/** A language may have no such file, or not all of it: what it lacks is said in English. @param {string} tag */
async function organisersTexts(tag) {
  const own = await import(`../i18n/organise/${tag}.js`).catch(() => ({ default: {} }));
  if (tag !== 'en' && !incomplete.includes(tag) && Object.keys(own.default).length > 0) return own.default;
  return { ...(await import('../i18n/organise/en.js')).default, ...own.default };
}

/** From now on the texts for organisers are known, too: what uses them imports `organise/ready.js` first. */
export async function learnOrganisersTexts() {
  if (forOrganisers) return;
  forOrganisers = true;
  const more = await organisersTexts(language);
  // Whoever has switched the language meanwhile has these texts already, in that language.
  texts = { ...more, ...texts };
}

/** @param {string[]} wanted */
function firstKnown(wanted) {
  const tags = wanted.flatMap((tag) => [tag, tag.replace(/-.*/, '')]);
  return tags.find((tag) => languages.includes(tag)) ?? 'en';
}

/** @returns {{tag: string, name: string}[]} each under the name that its speakers give it, written as a line begins */
export const knownLanguages = () =>
  languages.map((tag) => {
    const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
    return { tag, name: name.replace(/^./u, (first) => first.toLocaleUpperCase(tag)) };
  });

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
 * The text of a key, with `{name}` replaced from the values. A text in several numbers (`one`, `other` and what
 * else the language tells apart) is chosen by the value `n`.
 *
 * @param {Key} key
 * @param {Values} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  /** @type {string | Record<string, string>} */
  const entry = texts[key];
  const text = typeof entry === 'string' ? entry : inNumber(entry, Number(values['n']));
  return text.replace(/\{(\w+)\}/g, (_, name) => apart(String(values[name] ?? '')));
}

/** @param {Record<string, string>} forms a language has as many as it needs @param {number} n */
const inNumber = (forms, n) => forms[new Intl.PluralRules(language).select(n)] ?? forms['other'] ?? '';

/** A rank as it is said: "1st". @param {number} n */
export function ordinal(n) {
  /** @type {Record<string, string>} */
  const forms = texts['ordinal'];
  const form = new Intl.PluralRules(language, { type: 'ordinal' }).select(n);
  return (forms[form] ?? forms['other'] ?? '{n}').replace('{n}', String(n));
}

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

/**
 * @param {number} time milliseconds since 1970, by this device's clock
 * @param {boolean} [seconds]
 * @param {string} [timeZone] the device's own where none is named
 */
export function timeOfDay(time, seconds = false, timeZone = undefined) {
  return new Intl.DateTimeFormat(locale(), {
    hour: '2-digit',
    minute: '2-digit',
    ...(timeZone ? { timeZone } : {}),
    ...(seconds ? { second: '2-digit' } : {}),
  }).format(time);
}

/** A day as it is said: "12 May". @param {number} time milliseconds since 1970 @param {string} timeZone */
export const dayOfMonth = (time, timeZone) => new Intl.DateTimeFormat(locale(), { timeZone, day: 'numeric', month: 'short' }).format(time);

/** @param {number} time milliseconds since 1970, by this device's clock */
export function ago(time) {
  const seconds = Math.max(0, Math.round((Date.now() - time) / 1000));
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'always', style: 'short' });
  if (seconds < 60) return format.format(-seconds, 'second');
  if (seconds < 3600) return format.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return format.format(-Math.floor(seconds / 3600), 'hour');
  return format.format(-Math.floor(seconds / 86_400), 'day');
}
