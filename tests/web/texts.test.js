/** Every word of the pages: in every language, and from its file alone. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PHONE, Venue } from './venue.js';
import { closeBrowser, endVisits, openBrowser, visit } from './visits.js';

const STATIC = fileURLToPath(new URL('../../static', import.meta.url));

const textsOf = async (tag) => (await import(`${STATIC}/i18n/${tag}.js`)).default;
const en = await textsOf('en');
const files = await readdir(`${STATIC}/i18n`);
const others = files.filter((name) => name.endsWith('.js') && name !== 'en.js').map((name) => name.replace('.js', ''));
const script = (texts) => `export default ${JSON.stringify(texts)};`;

/** Serves a script of the pages in another version. */
const serve = (page, path, body) => page.route(`**/static/${path}`, (route) => route.fulfill({ contentType: 'text/javascript', body }));

describe('the files', () => {
  for (const tag of others)
    test(`of ${tag} and of English say the same things in the same order with the same values`, async () => {
      const texts = await textsOf(tag);
      assert.deepEqual(Object.keys(texts), Object.keys(en));
      const values = (entry) => [...new Set(JSON.stringify(entry).match(/\{\w+\}/g))].sort();
      for (const key of Object.keys(en)) assert.deepEqual(values(texts[key]), values(en[key]), key);
    });

  for (const tag of ['en', ...others])
    test(`of ${tag} have no empty text and no key twice`, async () => {
      const texts = await textsOf(tag);
      for (const [key, entry] of Object.entries(texts)) {
        const forms = typeof entry === 'string' ? [entry] : Object.values(entry);
        assert.ok(forms.length > 0 && forms.every((form) => form.trim() !== ''), key);
        if (typeof entry !== 'string') assert.ok(entry.other, `${key} has a form for any other number`);
      }
      // Of two entries with one key, a script silently forgets the first.
      const written = (await readFile(`${STATIC}/i18n/${tag}.js`, 'utf8')).match(/^ {2}'[^']+'(?=:)/gm);
      assert.deepEqual(written.map((key) => key.trim().slice(1, -1)), Object.keys(texts));
    });

  test('have no text that no page asks for', async () => {
    const sources = (await readdir(STATIC, { recursive: true })).filter(
      (path) => path.endsWith('.js') && !path.startsWith('i18n'),
    );
    const code = (await Promise.all(sources.map((path) => readFile(`${STATIC}/${path}`, 'utf8')))).join('\n');
    // Keys that are put together: `event.${type}`.
    const prefixes = [...code.matchAll(/`(\w+\.)\$\{/g)].map(([, prefix]) => prefix);
    const unused = Object.keys(en).filter(
      (key) => !code.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)),
    );
    assert.deepEqual(unused, []);
  });
});

describe('a language', () => {
  let venue;
  before(openBrowser);
  after(closeBrowser);
  beforeEach(async () => (venue = await Venue.open()));
  afterEach(async () => {
    await venue.close();
    await endVisits();
  });

  const asked = (page) => {
    const tags = [];
    page.on('request', (request) => tags.push(...(request.url().match(/(?<=\/i18n\/)\w+(?=\.js)/) ?? [])));
    return tags;
  };

  test('is one file: what it lacks is said in English', async () => {
    const page = await visit(venue, { size: PHONE, locale: 'de-AT' });
    await serve(page, 'i18n/languages.js', 'export default ["de","en","fr"]; export const incomplete = ["de"];');
    await serve(page, 'i18n/de.js', script({ 'app.tagline': 'Die Spielstände dieser Halle', 'organiser.logIn': 'Leitung' }));
    await page.goto('/');
    await page.getByText('Die Spielstände dieser Halle').waitFor();
    await page.getByRole('button', { name: 'Leitung' }).waitFor();
    await page.getByRole('heading', { name: 'No matches yet' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    assert.deepEqual(await page.locator('.language option').allInnerTexts(), ['Deutsch', 'English', 'Français']);
    await page.getByLabel('Language').selectOption('fr');
    await page.getByRole('button', { name: 'Organisateur' }).waitFor();
  });

  test('is loaded alone where it lacks nothing', async () => {
    const page = await visit(venue, { size: PHONE, locale: 'fr-CA' });
    const tags = asked(page);
    await page.goto('/');
    await page.getByRole('button', { name: 'Organisateur' }).waitFor();
    assert.deepEqual([...new Set(tags)].sort(), ['fr', 'languages']);
  });
});
