/**
 * Finds what a page says without asking `i18n/` for the words: every text is served between ⟦ and ⟧, so that a letter
 * outside them is one that no translator will ever see. What a test makes up itself has Zq in each word.
 */
import { fileURLToPath } from 'node:url';

/** The texts for everybody, and those for organisers. */
const FILES = ['en.js', 'organise/en.js'];
const pathOf = (name) => fileURLToPath(new URL(`../../static/i18n/${name}`, import.meta.url));

/** Values stand outside: they are to be translated themselves. */
const mark = (text) => `⟦${text.replace(/\{\w+\}/g, '⟧$&⟦')}⟧`;

const markEntry = (entry) =>
  typeof entry === 'string' ? mark(entry) : Object.fromEntries(Object.entries(entry).map(([form, text]) => [form, mark(text)]));

/** What sports call things comes from the server, in all languages: `{"en": "Try", "fr": "Essai"}`. */
function markNames(value) {
  if (typeof value !== 'object' || value === null) return value;
  if (typeof value.en === 'string') return { ...value, en: mark(value.en) };
  if (Array.isArray(value)) return value.map(markNames);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, markNames(each)]));
}

/** From now on the page gets every text marked. */
export async function serveMarked(page) {
  for (const name of FILES) {
    const { default: en } = await import(pathOf(name));
    const texts = Object.fromEntries(Object.entries(en).map(([key, entry]) => [key, markEntry(entry)]));
    const body = `export default ${JSON.stringify(texts)};`;
    await page.route(`**/static/i18n/${name}`, (route) => route.fulfill({ contentType: 'text/javascript', body }));
  }
  const answer = async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    await route.fulfill({ response, body: text && JSON.stringify(markNames(JSON.parse(text))) });
  };
  // A page may be closed before it has its answer.
  await page.route(/\/api\/(sports|matches\/[\w-]+)$/, (route) => answer(route).catch(() => {}));
  await page.addInitScript(() => {
    // The browser's own words for an age, a list and a language are in the language asked for.
    const { RelativeTimeFormat, DisplayNames, ListFormat } = Intl;
    const { format } = RelativeTimeFormat.prototype;
    const { of } = DisplayNames.prototype;
    RelativeTimeFormat.prototype.format = function (...args) {
      return `⟦${format.apply(this, args)}⟧`;
    };
    ListFormat.prototype.format = function (list) {
      return this.formatToParts(list)
        .map(({ type, value }) => (type === 'literal' ? `⟦${value}⟧` : value))
        .join('');
    };
    DisplayNames.prototype.of = function (...args) {
      return `⟦${of.apply(this, args)}⟧`;
    };
  });
}

/** What the page shows or says aloud without having asked for the words, and how much it did ask for. */
export async function untranslated(page) {
  await page.evaluate(`globalThis.lookForWords = ${lookForWords}`);
  // Names of sports and ages may come a moment later than the rest: what counts is a moment in which all is there.
  const clean = () => {
    const found = globalThis.lookForWords();
    return found.strange.length === 0 && found.marked > 0 && found;
  };
  const found = await page.waitForFunction(clean, null, { timeout: 5_000 }).catch(() => null);
  return found ? found.jsonValue() : page.evaluate(() => globalThis.lookForWords());
}

/** Runs in the page. */
function lookForWords() {
  const SPOKEN = ['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title', 'placeholder', 'alt', 'label'];
  const KNOWN = [
    /⟦[^⟧]*⟧/g,
    /\S*Zq\S*/g,
    /\bCourtside\b/g,
    /\b(Linux|Android)\b/g, // as a device calls itself
    /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/g, // a referee's code
    /\b[BCDFGHJKLMNPQRSTVWXZ]{4}\b/g, // a screen's code
    /\b\d[\d.,]*\s?[kMG]B\b/g, // an amount, as the browser writes it
    /(https?:\/\/[^\s/]+|[\w.-]+:\d+)(\/\w*)?/g,
    /(?<=^|\s)\/[\w./-]+/g, // a folder of the box
    /\b[a-z]+:(?=[A-Z\d])/g, // the tree of a consolation, before its keys
    /\b(?:[A-Z]{1,2}\d+(?:-\d+)?(?:\/\d+)?|3RD|GF2?|F)\b/g, // the keys of fixtures
    /\b[A-H]\b/g, // groups
    /\b(AD)\b/g, // the points of tennis as they are called everywhere
  ];
  const isStrange = (text) => /\p{L}/u.test(KNOWN.reduce((rest, known) => rest.replace(known, ' '), text));
  const said = [['the title', document.title]];
  const range = document.createRange();
  const isDrawn = (node) => {
    range.selectNode(node.parentElement?.closest('select') ?? node);
    return range.getClientRects().length > 0;
  };
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    const element = node.parentElement;
    if (!element.closest('noscript, script, style') && isDrawn(node)) said.push([element.className || element.tagName, node.data]);
  }
  for (const element of document.body.querySelectorAll('*')) {
    for (const name of SPOKEN)
      if (element.hasAttribute(name) && isDrawn(element)) said.push([name, element.getAttribute(name)]);
    if (/^(button|submit|reset)$/.test(element.type) && element.matches('input')) said.push(['value', element.value]);
  }
  const strange = said.filter(([, text]) => isStrange(text)).map(([where, text]) => `${where}: “${text.trim()}”`);
  return { strange: [...new Set(strange)], marked: said.filter(([, text]) => text.includes('⟦')).length };
}
