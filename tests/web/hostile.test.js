/**
 * A crawl of every page and of every organiser's dialog in a venue whose names were made to do harm: no script of theirs
 * runs, nothing is asked of anybody else, nothing overflows, no text of ours is turned.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LAPTOP, PHONE, TV, Venue } from './venue.js';
import { closeBrowser, endVisits, openBrowser, visit } from './visits.js';

const STATIC = fileURLToPath(new URL('../../static', import.meta.url));
const MARK = 'globalThis.harmed=1';
const NAMES = [
  `<img src=x onerror=${MARK}>`,
  `</script><script>${MARK}</script>`,
  `javascript:${MARK}//`,
  `"><svg onload=${MARK}>`,
  `'-(${MARK})-'`,
  '${' + MARK + '}{name}$&',
  `<a href="javascript:${MARK}" onmouseover=${MARK}>x</a>`,
  `<iframe srcdoc="<script>parent.harmed=1</script>">`,
  '<style>*{display:none}</style><base href="http://192.0.2.1/">',
  '<img src="http://192.0.2.1/x.png"><link rel=stylesheet href=//192.0.2.1/x.css>',
  'W'.repeat(200),
  '\u202eLyon\u2066\u2067',
  '\u200b\u200b',
  'a' + '\u0301\u0334\u0489'.repeat(60),
  'نادي الملعب 3',
  '__proto__',
];
/** Written past the rules of today, as an earlier version may have stored it. */
const STATEMENTS = [
  ['venues', 'name'],
  ['tournaments', 'name'],
  ['teams', 'name'],
  ['courts', 'name'],
  ['screens', 'name'],
  ['matches', 'side_a'],
  ['matches', 'side_b'],
];
const WRITE = `
import json, sqlite3, sys
names, columns, file = json.loads(sys.argv[1]), json.loads(sys.argv[2]), sqlite3.connect(sys.argv[3])
count = 0
for table, column in columns:
    for (row,) in file.execute(f"SELECT rowid FROM {table} ORDER BY rowid").fetchall():
        count += 1
        file.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (names[count % len(names)] + ("" if table != "teams" else str(count)), row))
file.commit()
print(count)
`;

/** A sport whose every text is hostile, too. */
const SPORT = `
id = "EVIL"
name = { en = "<img src=x onerror=globalThis.harmed=1>", fr = "<svg onload=globalThis.harmed=1>" }
icon = "<b>"
engine = "periods"
[rules]
points = [
  { value = 1, name = { en = "<script>globalThis.harmed=1</script>", fr = "\\u202ebut" } },
  { value = 2, name = { en = "javascript:globalThis.harmed=1", fr = "x" } },
]
[rules.period]
count = 2
minutes = 10
[rules.fouls]
name = { en = "<img src=x onerror=globalThis.harmed=1>", fr = "\\"><svg onload=globalThis.harmed=1>" }
[rules.cards.red]
name = { en = "<u onclick=globalThis.harmed=1>", fr = "x" }
`;

const events = (name) => [
  { type: 'start' },
  { type: 'point', side: 'A', player: name, detail: { kind: name } },
  { type: 'note', detail: { text: name } },
  { type: 'card', side: 'B', player: name, detail: { colour: name.slice(0, 20) } },
  { type: 'clock', detail: { action: 'start' } },
  { type: name.slice(0, 60), side: 'A', detail: { name } },
  { type: 'point', side: 'B' },
];

describe('names that were made to do harm', () => {
  let venue;
  /** Paths of all pages, with what they need. */
  let pages;
  /** The tournament whose teams have these names. */
  let tournamentID;

  before(async () => {
    await openBrowser();
    venue = await Venue.open({ name: NAMES[0] });
    await mkdir(join(venue.data, 'sports'), { recursive: true });
    await writeFile(join(venue.data, 'sports', 'evil.toml'), SPORT);
    const organiser = await venue.organiser();
    const cups = [await organiser.tournament('Cup', 'BADMINTON'), await organiser.tournament('Evil', 'EVIL')];
    tournamentID = cups[0].id;
    await organiser.call('POST', '/api/teams', { tournamentID, names: NAMES.map((_, index) => `Team ${index}`) });
    const matches = [];
    for (const [index, name] of NAMES.entries()) {
      const court = await organiser.call('POST', '/api/courts', { name: `Court ${index}` });
      const sides = { A: { name: 'A' }, B: { name: 'B' } };
      // The same two teams everywhere: their names are overwritten anyway.
      const made = { tournamentID: cups[index % 2].id, courtID: court.id, sides, confirm: true };
      const match = await organiser.call('POST', '/api/matches', made);
      if (index % 4 !== 3) await organiser.publish(match, events(name));
      if (index % 4 === 2) await organiser.publish(match, [{ type: 'retire', side: 'A' }, { type: 'confirm', detail: { A: name, B: name } }]);
      const { refereeToken } = await organiser.call('POST', `/api/courts/${court.id}/referee-token`);
      matches.push({ ...match, court, courtToken: refereeToken });
      const headers = { authorization: `Bearer ${match.refereeToken}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ device: name.slice(0, 20), name: `x${name}`.slice(0, 200) });
      await fetch(`${venue.url}/api/matches/${match.id}/device`, { method: 'POST', headers, body });
    }
    const { code } = await organiser.call('POST', '/api/screens', { id: '0'.repeat(32) });
    await organiser.call('PATCH', `/api/screens/${code}`, { name: 'TV', shows: `court=${NAMES[3]}&theme=<b>` });
    await venue.stop();
    const file = join(venue.data, 'courtside.db');
    const written = execFileSync('/usr/bin/python3', ['-c', WRITE, JSON.stringify(NAMES), JSON.stringify(STATEMENTS), file]);
    assert.ok(Number(written) > 60, 'rows were written');
    await venue.start();
    pages = [
      '/',
      '/?q=%3Cimg%20src=x%20onerror=globalThis.harmed=1%3E#%22%3E%3Csvg%20onload=globalThis.harmed=1%3E',
      '/score',
      '/help',
      '/clubs',
      '/desk',
      '/courts',
      '/screens',
      '/teams?tournament=%3Cimg%20src=x%20onerror=globalThis.harmed=1%3E',
      '/team?id=%3Cimg%20src=x%20onerror=globalThis.harmed=1%3E',
      '/tournament?id=%3Cimg%20src=x%20onerror=globalThis.harmed=1%3E',
      ...cups.map(({ id }) => `/tournament?id=${id}`),
      '/tv',
      '/tv?view=results',
      '/tv?rotate=1&theme=%22%3E%3Csvg%20onload=globalThis.harmed=1%3E',
      '/match?id=%3Cimg%20src=x%20onerror=globalThis.harmed=1%3E',
      ...matches.map(({ id }) => `/match?id=${id}`),
      ...matches.slice(0, 6).map(({ id, refereeToken }) => `/score?match=${id}#token=${refereeToken}`),
      ...matches.slice(6, 9).map(({ court, courtToken }) => `/score?court=${court.id}#token=${courtToken}`),
      ...matches.slice(0, 3).map(({ court }) => `/tv?court=${court.id}`),
      ...matches.slice(3, 6).map(({ id }) => `/tv?overlay=1&match=${id}`),
    ];
  });
  afterEach(async () => {
    harms = [];
    await endVisits();
  });
  after(async () => {
    await venue.close();
    await closeBrowser();
  });

  /** A page that writes down what must not happen from its first script on. */
  async function visitor(options) {
    const page = await visit(venue, options);
    page.on('dialog', (dialog) => assert.fail(`a ${dialog.type()} opened: ${dialog.message()}`));
    await page.addInitScript(() => {
      globalThis.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
    return page;
  }

  async function open(page, path) {
    // Between two of these only the fragment differs: the page has to be a new one.
    await page.goto('about:blank');
    await page.goto(path);
    await page.waitForLoadState('load');
    await settled(page);
  }

  /** Two frames after nothing has changed for a while. */
  const settled = (page) =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          let timer = setTimeout(resolve, 300);
          new MutationObserver(() => {
            clearTimeout(timer);
            timer = setTimeout(resolve, 300);
          }).observe(document.body, { childList: true, subtree: true, characterData: true });
          setTimeout(resolve, 3_000);
        }),
    );

  /** What harm was done where, all of it. @type {string[]} */
  let harms = [];
  async function inspect(page, what) {
    harms.push(...(await page.evaluate(harm)).map((found) => `${what}: ${found}`));
  }
  const assertUnharmed = () => assert.deepEqual(harms, []);

  test('are shown by every page as the texts that they are', async () => {
    const html = (await readdir(STATIC)).filter((name) => name.endsWith('.html')).map((name) => `/${name.replace(/(index)?\.html$/, '')}`);
    for (const page of html) assert.ok(pages.some((path) => path.split(/[?#]/)[0] === page), `${page} is crawled`);
    for (const [size, locale] of [[PHONE, 'en-GB'], [LAPTOP, 'fr-FR'], [TV, 'en-GB']]) {
      const page = await visitor({ size, locale });
      let seen = 0;
      for (const path of pages) {
        // A TV is no phone.
        if (path.startsWith('/tv') ? size === PHONE : size === TV) continue;
        await open(page, path);
        await inspect(page, `${path} at ${size.width}`);
        seen += await page.evaluate(() => Number(document.body.textContent.includes('onerror=')));
      }
      assert.ok(seen > 1, 'the hostile names were really shown');
    }
    assertUnharmed();
  });

  for (const size of [PHONE, LAPTOP])
    test(`are shown by every dialog of the organiser, ${size.width} pixels wide`, async () => {
      const page = await visitor({ size });
      await open(page, '/');
      await page.getByRole('button', { name: 'Organiser' }).click();
      await page.getByLabel('PIN').fill(venue.pin);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.locator('organiser-tools .button.primary').waitFor();
      await settled(page);
      await inspect(page, 'the dashboard of an organiser');
      const doors = ['organiser-tools button.button', '.hero-actions .button', 'match-card:first-of-type .card-code', '[data-status=finished] .card-code'];
      const opened = [];
      const knock = async (door, depth = 0) => {
        for (const [index, button] of (await page.locator(door).all()).entries()) {
          if (!(await button.isVisible()) || (await button.isDisabled())) continue;
          const name = await button.innerText();
          if (opened.filter((title) => title.startsWith(name)).length > 1) continue;
          // Whoever logs out sees no more.
          await walk(page, button, `${name} ${index}`, opened, /log out/i.test(name) ? 2 : depth);
        }
      };
      for (const path of ['/courts', '/screens', `/teams?tournament=${tournamentID}`]) {
        await open(page, path);
        await inspect(page, `${path} of an organiser`);
        // What these buttons open is answered with no: the rows are needed yet.
        await knock('.panel li:nth-child(-n + 2) button, .panel-actions button', 1);
      }
      await open(page, '/');
      await page.locator('organiser-tools .button.primary').waitFor();
      for (const door of doors) await knock(door);
      assertUnharmed();
      assert.ok(opened.length > 20, `dialogs: ${opened.join(', ')}`);
    });

  /** Opens a dialog and every dialog that its buttons open. */
  async function walk(page, door, path, opened, depth = 0) {
    const before = await page.locator('dialog[open]').count();
    const enter = async () => {
      await door.click();
      await settled(page);
      return (await page.locator('dialog[open]').count()) > before;
    };
    const leave = async () => {
      for (let tries = 0; tries < 5 && (await page.locator('dialog[open]').count()) > before; tries++) {
        await page.keyboard.press('Escape');
        await settled(page);
      }
    };
    if (!(await enter())) return inspect(page, path);
    opened.push(path);
    await inspect(page, path);
    const words = new Set();
    const buttons = () => page.locator('dialog[open]').last().locator('button:visible, summary:visible, a.button:visible');
    for (let index = 0; depth < 2 && index < (await buttons().count()); index++) {
      const button = buttons().nth(index);
      const name = (await button.innerText()).trim();
      // A row like the one before opens the same dialogs; a link leads to a page, and pages are crawled.
      if (name === '' || words.has(name) || words.size > 12 || (await button.evaluate((node) => node.tagName === 'A' || node.disabled))) continue;
      words.add(name);
      // Questions are looked at and answered with no: what they delete the next ones would miss.
      if (depth > 0 && (await button.evaluate((node) => node.matches('.primary')))) continue;
      await walk(page, button, `${path} › ${name}`, opened, depth + 1);
      if ((await page.locator('dialog[open]').count()) <= before && !(await enter())) return;
    }
    await leave();
  }
});

/** Runs in the page: what harm was done. */
function harm() {
  const found = [...globalThis.violations];
  const say = (what, element) => found.push(`${what}: ${element?.outerHTML?.slice(0, 200) ?? ''}`);
  if (globalThis.harmed) say('a script of a name ran');
  if (document.baseURI !== location.href.replace(/#.*/, '') && document.querySelector('base')) say('the base moved');
  const own = (url) => url === '' || new URL(url, location.href).origin === location.origin || url.startsWith('data:image/');
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on')) say(`a listener in the markup, ${name}`, element);
      if (/^(src|href|action|formaction|srcdoc|data)$/.test(name) && (!own(value) || /^\s*javascript:/i.test(value))) say('leads elsewhere', element);
      turned(value, element);
    }
    if (/^(IFRAME|OBJECT|EMBED|BASE)$/.test(element.tagName)) say('not an element of ours', element);
    if (element.tagName === 'SCRIPT' && !element.src) say('a script without a file', element);
  }
  const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) turned(texts.currentNode.textContent, texts.currentNode.parentElement);
  turned(document.title, null);

  /** A direction mark is paired, and begins an isolate. */
  function turned(text, element) {
    const marks = (text ?? '').match(/\p{Bidi_Control}/gu)?.join('') ?? '';
    let open = marks;
    while (open.includes('\u2068\u2069')) open = open.replace('\u2068\u2069', '');
    // Who types keeps what was typed until the server has tidied it.
    if (open !== '' && !(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) say('a text that turns its line', element);
  }

  const cut = (element) => {
    for (let outer = element; outer; outer = outer.parentElement) {
      const { overflowX, clipPath, position } = getComputedStyle(outer);
      if (overflowX !== 'visible' || clipPath !== 'none') return outer !== document.documentElement && outer !== document.body;
      if (position === 'fixed') return false;
    }
    return false;
  };
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth + 1) say(`the page is ${root.scrollWidth} wide, the screen ${innerWidth}`);
  for (const dialog of document.querySelectorAll('dialog[open]'))
    if (dialog.scrollWidth > dialog.clientWidth + 1) say(`a dialog is ${dialog.scrollWidth} wide in ${dialog.clientWidth}`, dialog);
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    if (box.width > 0 && box.right > innerWidth + 1 && element.checkVisibility() && !cut(element)) say(`ends at ${Math.round(box.right)} of ${innerWidth}`, element);
  }
  return [...new Set(found)].slice(0, 8);
}
