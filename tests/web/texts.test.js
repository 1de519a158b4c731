/** Every word of the pages: in every language, and from its file alone. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { keepLogIn, logIn as logInAs } from './secured.js';
import { PHONE, Venue } from './venue.js';
import { serveMarked, untranslated } from './untranslated.js';
import { closeBrowser, endVisits, openBrowser, visit } from './visits.js';

const STATIC = fileURLToPath(new URL('../../static', import.meta.url));

const textsOf = async (tag) => (await import(`${STATIC}/i18n/${tag}.js`)).default;
const en = await textsOf('en');
const files = await readdir(`${STATIC}/i18n`);
const others = files.filter((name) => name.endsWith('.js') && name !== 'en.js').map((name) => name.replace('.js', ''));
const script = (texts) => `export default ${JSON.stringify(texts)};`;

/** Serves a script of the pages in another version. */
const serve = (page, path, body) => page.route(`**/static/${path}`, (route) => route.fulfill({ contentType: 'text/javascript', body }));

/** The texts for everybody, and those for organisers: a folder each, with a file for each language. */
const PARTS = ['', 'organise/'];

describe('the files', () => {
  for (const part of PARTS) {
    for (const tag of others)
      test(`of ${part}${tag} and of English say the same things in the same order with the same values`, async () => {
        const [texts, en] = [await textsOf(part + tag), await textsOf(`${part}en`)];
        assert.deepEqual(Object.keys(texts), Object.keys(en));
        const values = (entry) => [...new Set(JSON.stringify(entry).match(/\{\w+\}/g))].sort();
        for (const key of Object.keys(en)) assert.deepEqual(values(texts[key]), values(en[key]), key);
      });

    for (const tag of ['en', ...others])
      test(`of ${part}${tag} have no empty text and no key twice`, async () => {
        const texts = await textsOf(part + tag);
        for (const [key, entry] of Object.entries(texts)) {
          const forms = typeof entry === 'string' ? [entry] : Object.values(entry);
          assert.ok(forms.length > 0 && forms.every((form) => form.trim() !== ''), key);
          if (typeof entry !== 'string') assert.ok(entry.other, `${key} has a form for any other number`);
        }
        // Of two entries with one key, a script silently forgets the first.
        const written = (await readFile(`${STATIC}/i18n/${part}${tag}.js`, 'utf8')).match(/^ {2}'[^']+'(?=:)/gm);
        assert.deepEqual(written.map((key) => key.trim().slice(1, -1)), Object.keys(texts));
      });
  }

  test('of everybody and of organisers have no key in common', async () => {
    const organisers = await textsOf('organise/en');
    assert.deepEqual(Object.keys(organisers).filter((key) => key in en), []);
  });

  test('are the only ones with words: style sheets have none', async () => {
    for (const name of await readdir(`${STATIC}/css`)) {
      const style = (await readFile(`${STATIC}/css/${name}`, 'utf8')).replace(/\\[0-9a-f]{1,6}/gi, '');
      const words = style.match(/content:\s*(["'])((?!\1).)*[a-z]((?!\1).)*\1/gi);
      assert.equal(words, null, name);
    }
  });

  test('have no text that no page asks for', async () => {
    const sources = (await readdir(STATIC, { recursive: true })).filter(
      (path) => path.endsWith('.js') && !path.startsWith('i18n'),
    );
    const code = (await Promise.all(sources.map((path) => readFile(`${STATIC}/${path}`, 'utf8')))).join('\n');
    // Keys that are put together: `event.${type}`.
    const prefixes = [...code.matchAll(/`(\w+\.)\$\{/g)].map(([, prefix]) => prefix);
    const keys = [...Object.keys(en), ...Object.keys(await textsOf('organise/en'))];
    const unused = keys.filter((key) => !code.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)));
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

describe('every text comes from a language', () => {
  let venue, organiser, court, tournament, matches;

  const point = (side, value = 1) => ({ type: 'point', side, value });
  const row = (sides) => [...sides].map((side) => point(side));
  const [START, END, BEGIN] = ['start', 'period_end', 'period_start'].map((type) => ({ type }));
  /** Whatever a referee can send, so that the history says all of it. */
  const EVERYTHING = [
    { type: 'start', side: 'B' },
    ...row('AAB'),
    { type: 'undo' },
    { type: 'redo' },
    point('A', -1),
    ...['yellow', 'red', 'black'].map((colour) => ({ type: 'card', side: 'A', detail: { colour } })),
    { type: 'foul', side: 'B', value: 1 },
    { type: 'foul', side: 'B', value: -1 },
    { type: 'timeout', side: 'A' },
    { type: 'timeout' },
    { type: 'serve', side: 'A' },
    { type: 'ends' },
    ...['start', 'stop', 'set'].map((action) => ({ type: 'clock', detail: { action, seconds: 60 } })),
    { type: 'substitution', side: 'A', player: 'Zq7' },
    { type: 'note', side: 'A', detail: { kind: 'injury' } },
    { type: 'note', detail: { text: 'ZqNote' } },
    { type: 'suspend' },
    { type: 'resume' },
    END,
    BEGIN,
    { type: 'result', detail: { periods: [{ A: 1, B: 0 }], force: true } },
  ];
  const SHOOTOUT = [START, point('A'), END, BEGIN, point('B'), END, BEGIN, END, BEGIN, END, BEGIN];
  const KICKS = [point('A'), point('B', 0)].map((kick) => ({ ...kick, detail: { phase: 'shootout' } }));

  before(async () => {
    await openBrowser();
    venue = await Venue.open({ name: 'ZqHall' });
    organiser = await venue.organiser();
    court = await organiser.call('POST', '/api/courts', { name: 'ZqCourt' });
    tournament = await organiser.tournament('ZqOpen', 'BADMINTON');
    matches = {
      badminton: await made('BADMINTON', [START, ...row('A'.repeat(21) + 'B'.repeat(20))]),
      football: await made('FOOTBALL', EVERYTHING),
      kicks: await made('FOOTBALL', [...SHOOTOUT, ...KICKS]),
      basketball: await made('BASKETBALL', [START, point('A', 3), ...Array(5).fill({ type: 'foul', side: 'B', value: 1 })]),
      tennis: await made('TENNIS', [{ type: 'start', side: 'A' }, ...row('AAAABBBBABABABA')]),
      rugby: await made('RUGBY_15', [START, point('A', 5), point('A', 2), { type: 'card', side: 'B', detail: { colour: 'yellow' } }]),
      fencing: await made('FENCING', [START]),
      suspended: await made('BADMINTON', [START, { type: 'suspend' }]),
      walkover: await made('VOLLEYBALL', [{ type: 'walkover', side: 'A' }]),
      retired: await made('BADMINTON', [START, { type: 'retire', side: 'A' }]),
      drawn: await made('FOOTBALL', [START, point('A'), END, BEGIN, point('B'), END, { type: 'finish' }]),
      next: await made('BADMINTON', []),
      // The last of the list, whose codes are replaced.
      spare: await made('BADMINTON', []),
    };
  });
  after(async () => {
    await venue.close();
    await closeBrowser();
  });
  afterEach(endVisits);

  async function made(sport, events, courtID = undefined) {
    const sides = { A: { name: 'ZqLyon' }, B: { name: 'ZqParis' } };
    const match = await organiser.call('POST', '/api/matches', { sport, sides, courtID });
    for (const event of events) await organiser.publish(match, event).catch(() => {});
    return match;
  }

  let drawn = null;
  /** A tournament of its own: two groups, then a knockout, of which nothing is played. */
  const cup = () => (drawn ??= makeCup());
  async function makeCup() {
    const made = await organiser.tournament('ZqDraw', 'FUTSAL');
    const at = `/api/tournaments/${made.id}`;
    const teams = [...'ABCDEF'].map((letter, index) => ({ name: `Zq${letter}`, club: 'ZqClub', seed: index + 1 }));
    await organiser.call('POST', '/api/teams', { tournamentID: made.id, teams });
    const knockout = { key: 'ZqKo', kind: 'knockout', from: { stage: 'ZqG', ranks: 2 }, third_place: true };
    await organiser.call('PUT', `${at}/format`, { stages: [{ key: 'ZqG', kind: 'groups', groups: 2 }, knockout] });
    const { token } = await organiser.call('POST', `${at}/draw`, { mode: 'ranks' });
    await organiser.call('POST', `${at}/draw`, { accept: token });
    return made;
  }

  /** A page with the ways that the states below are reached. */
  async function stateOf(page) {
    let isCut = false;
    const sockets = [];
    await page.routeWebSocket(/\/(watch|referee)/, (socket) => {
      if (isCut) return socket.close();
      socket.connectToServer();
      sockets.push(socket);
    });
    const logIn = async () => keepLogIn(page, await logInAs(venue));
    const press = (name, within = page) => within.getByRole('button', { name }).last().click();
    const see = (what) => page.locator(what).first().waitFor();
    const state = {
      page,
      press,
      see,
      read: (text) => page.getByText(text).first().waitFor(),
      fill: (label, text) => page.getByLabel(label).fill(text),
      cut: () => {
        isCut = true;
        for (const socket of sockets) socket.close();
      },
      mend: () => (isCut = false),
      /** As if this venue had no PIN. */
      open: () =>
        page.route(/\/api\/(venue|session)$/, async (route) => {
          // A page may be closed before it has its answer.
          const response = await route.fetch().catch(() => null);
          const json = await response?.json().catch(() => null);
          if (json) await route.fulfill({ response, json: { ...json, open: true } }).catch(() => {});
        }),
      watch: async (path = '/', what = 'match-card') => {
        await page.goto(path);
        await see(what);
      },
      organisePage: async (path, what) => {
        await logIn();
        await state.watch(path, what);
      },
      panel: async (name) => state.organiseTournament((await cup()).id, name),
      organiseTournament: async (id, panel) => {
        await logIn();
        await state.watch(`/tournament?id=${id}`, '.desk-tab');
        await page.locator(`[data-panel="${panel}"]`).click();
      },
      organise: async (name) => {
        await logIn();
        await state.watch();
        await press(name);
        await see('dialog');
      },
      control: async () => {
        await logIn();
        await state.watch('/desk', '.desk-tools-toggle');
        // The desk opens its tools by itself where nothing is planned: that is known with the plan.
        await page.waitForFunction(() => document.querySelector('.desk-day input')?.value);
        const closed = page.locator('.desk-tools-toggle[aria-expanded="false"]');
        if (await closed.count()) await closed.click();
      },
      pad: async (match) => {
        await page.goto(`/score?match=${match.id}#token=${match.refereeToken}`);
        await see('.half-name');
        await see('.pad-unsent');
      },
      tap: () => page.locator('.half:not([disabled])').first().click(),
      more: async (match, name) => {
        await state.pad(match);
        await press('More');
        if (name) await press(name);
        await see('dialog');
      },
    };
    return state;
  }

  /** A line each. */
  const STATES = {
    'the dashboard': (s) => s.watch(),
    'the dashboard without a connection': (s) => s.watch().then(s.cut).then(() => s.see('.link-retry:not([hidden])')),
    'the dashboard of an open venue': (s) => s.open().then(() => s.watch()).then(() => s.see('.banner:not([hidden])')),
    'the way to follow': (s) => s.watch().then(() => s.press('Scan to follow')).then(() => s.see('.addresses li')),
    'the log-in': (s) => s.watch().then(() => s.press('Organiser')).then(() => s.fill('PIN', '00')).then(() => s.press('Log in')).then(() => s.see('.field-error svg, .form-error:not(:empty)')),
    'the log-out': (s) => s.organise('Log out'),
    'a new tournament': (s) => s.organise('New tournament').then(() => s.page.getByLabel('Sport').last().selectOption('TENNIS')).then(() => s.press('Create')).then(() => s.see('.field-error svg')),
    'a new match': (s) => s.organise('New match').then(() => s.press('Create')).then(() => s.see('.field-error svg')),
    'a code that is not known here': (s) => s.organise('Scorer code'),
    'a new code': (s) => s.organise('Scorer code').then(() => s.press('New code')).then(() => s.see('dialog .qr img[src]')),
    'a page before the log-in': (s) => s.watch('/courts', '.notice'),
    'the courts': (s) => s.organisePage('/courts', '.courts li').then(() => s.press('Add court')).then(() => s.see('.form-error:not(:empty)')),
    'a court to delete': (s) => s.organisePage('/courts', '.courts li').then(() => s.press('Delete')).then(() => s.see('dialog')),
    'a court that somebody else deleted': async (s) => {
      const { id } = await organiser.call('POST', '/api/courts', { name: 'ZqGone' });
      await s.organisePage('/courts', '.courts li');
      await organiser.call('DELETE', `/api/courts/${id}`);
      await s.press('Delete', s.page.locator('.courts li', { hasText: 'ZqGone' }));
      await s.press('Delete', s.page.getByRole('dialog'));
      await s.see('.form-error:not(:empty)');
    },
    'the sheet of codes': async (s) => {
      await s.organisePage('/courts', '.courts li');
      await s.press('Print a sheet');
      await s.press('Make new codes');
      await s.see('.slip');
    },
    'the desk': async (s) => {
      const phone = await visit(venue, { userAgent: 'Mozilla/5.0 (Linux; Android 13; Mobile)' });
      const told = phone.waitForResponse((response) => response.url().endsWith('/device'));
      await (await stateOf(phone)).pad(matches.badminton);
      await told;
      await s.control();
      await s.see('.rights li');
    },
    'the desk with a match that is moved': async (s) => {
      const { id } = await cup();
      await organiser.call('PATCH', '/api/plan/settings', { timeZone: 'UTC' });
      const [match] = await organiser.call('GET', `/api/matches?tournamentID=${id}`);
      await organiser.call('POST', '/api/plan/move', { matchID: match.id, courtID: court.id, at: '2040-05-12T10:00:00Z', confirm: true });
      await s.control();
      await s.page.locator('input[type="date"]').fill('2040-05-12');
      await s.page.locator('.desk-strip-court').first().click();
      await s.page.locator('.desk-queue .desk-check').first().check();
      await s.page.locator('.desk-queue .desk-move').first().click();
      await s.see('.desk-place');
    },
    'the settings of the desk': async (s) => {
      await cup();
      await s.control();
      await s.press('Settings');
      await s.press('Add a closure');
      await s.see('dialog ~ dialog');
    },
    'a wish for the plan': async (s) => {
      await cup();
      await s.control();
      await s.press('Settings');
      await s.press('Add a wish');
      await s.see('dialog ~ dialog');
    },
    'a search': (s) => s.watch().then(() => s.page.getByRole('searchbox').fill('ZqL')).then(() => s.press(/Follow.*ZqLyon/)).then(() => s.see('#followed match-card')),
    'a search without a result': (s) => s.watch().then(() => s.page.getByRole('searchbox').fill('Zqx')).then(() => s.see('.filter-said:not(:empty)')),
    'what has just changed': async (s) => {
      await s.watch();
      await organiser.publish(matches.tennis, row('AAAA'));
      await s.see('.side-news:not(:empty)');
    },
    'the tournaments': (s) => s.organise('Tournaments'),
    'a tournament to rename': (s) => s.organise('Tournaments').then(() => s.press('Rename')).then(() => s.see('dialog ~ dialog')),
    'a tournament to delete': (s) => s.organise('Tournaments').then(() => s.press('Delete')).then(() => s.see('dialog ~ dialog')),
    'a tournament without teams': (s) => s.organisePage(`/teams?tournament=${tournament.id}`, '.entry'),
    'the teams': async (s) => {
      const cup = await organiser.tournament('ZqCup', 'FUTSAL');
      await organiser.call('POST', '/api/teams', { tournamentID: cup.id, names: ['ZqOne', 'ZqTwo'] });
      await s.organisePage(`/teams?tournament=${cup.id}`, '.team-rows li');
      await s.page.locator('textarea').fill('ZqOne\nZqThree');
      await s.press(/Enter.*2.*teams/);
      await s.see('.dialog-note:not(:empty)');
      await s.page.getByRole('button', { name: /Edit.*ZqOne/ }).click();
      await s.page.getByRole('textbox', { name: 'Name' }).first().fill('ZqTwo');
      await s.press('Save');
      await s.see('.field-error svg');
    },
    'a team to take out': async (s) => {
      const cup = await organiser.tournament('ZqBowl', 'FUTSAL');
      await organiser.call('POST', '/api/teams', { tournamentID: cup.id, name: 'ZqOne' });
      await s.organisePage(`/teams?tournament=${cup.id}`, '.team-rows li');
      await s.press('Edit');
      await s.press('Take this team out');
      await s.see('dialog ~ dialog');
    },
    'no screens': (s) => s.organisePage('/screens', '.panel-lead'),
    'the screens': async (s) => {
      await organiser.call('POST', '/api/screens', { id: '0'.repeat(32) });
      await s.organisePage('/screens', '.screen');
      await s.press('Show this');
      await s.see('.dialog-note:not(:empty)');
    },
    'this box': (s) => s.organise('This box'),
    'the poster': (s) => s.organise('This box').then(() => s.press('Poster')).then(() => s.see('.poster')),
    'the poster with the Wi-Fi': async (s) => {
      await s.organise('This box');
      await s.fill('Name of the network', 'ZqGuests');
      await s.press('Poster');
      await s.see('.poster .qr');
    },
    'a tournament': async (s) => {
      await s.watch(`/tournament?id=${(await cup()).id}`, 'group-tables .table');
      await s.page.locator('.table-name').first().click();
      await s.see('.table-why:not([hidden])');
    },
    'a tournament without a draw': (s) => s.watch(`/tournament?id=${tournament.id}`, '.notice.calm:not([hidden])'),
    'a tournament that is not there': (s) => s.watch('/tournament?id=00000000-0000-7000-8000-000000000000', '.notice:not([hidden])'),
    'the teams of a tournament': (s) => s.panel('teams').then(() => s.press(/Edit/)).then(() => s.see('dialog')),
    'the formats of a tournament': async (s) => {
      await s.panel('format');
      await s.page.getByText('Another format').click();
      await s.page.getByLabel('Kind').selectOption('consolation');
      await s.press('See what it takes');
      await s.see('.own-result p');
    },
    'a draw by lot': (s) => s.panel('draw').then(() => s.press('By lot')).then(() => s.see('.swap-place')),
    'the fixtures of a tournament': (s) => s.panel('fixtures').then(() => s.press('Add a fixture')).then(() => s.see('dialog')),
    'the Swiss rounds of a tournament': async (s) => {
      const { id } = await organiser.tournament('ZqSwiss', 'FUTSAL');
      await organiser.call('POST', '/api/teams', { tournamentID: id, names: ['ZqOne', 'ZqTwo', 'ZqThree'] });
      await organiser.call('PUT', `/api/tournaments/${id}/format`, { stages: [{ key: 'ZqS', kind: 'swiss', rounds: 2 }] });
      const { token } = await organiser.call('POST', `/api/tournaments/${id}/draw`, { mode: 'ranks' });
      await organiser.call('POST', `/api/tournaments/${id}/draw`, { accept: token });
      await s.organiseTournament(id, 'rounds');
      await s.see('button:disabled');
      const [{ id: match }] = await organiser.call('GET', `/api/matches?tournamentID=${id}`);
      await organiser.call('POST', `/api/matches/${match}/events`, { type: 'walkover', side: 'B' });
      await s.press('Propose the next round');
      await s.see('.swap-place small');
    },
    'a tournament that was deleted': async (s) => {
      const { id } = await organiser.tournament('ZqGone', 'FUTSAL');
      await s.watch(`/tournament?id=${id}`, '.notice.calm:not([hidden])');
      await organiser.call('DELETE', `/api/tournaments/${id}`);
      await s.read('This tournament has been deleted');
    },
    'the decisions of a tournament': (s) => s.panel('decisions').then(() => s.press('A team withdraws')).then(() => s.see('dialog')),
    'the clubs of the day': (s) => s.watch('/clubs', '.notice.calm:not([hidden])'),
    'a match to manage': (s) => s.organise('Manage').then(() => s.see('.manage-score')),
    'a match to change': (s) => s.organise('Manage').then(() => s.press('Change names')).then(() => s.see('dialog ~ dialog')),
    'a match to delete': (s) => s.organise('Manage').then(() => s.press('Delete match')).then(() => s.see('dialog ~ dialog')),
    'a correction that is refused': async (s) => {
      const card = s.page.locator('match-card', { has: s.page.locator(`a[href*="${matches.next.id}"]`) });
      await s.organise('This box');
      await s.page.keyboard.press('Escape');
      await s.press('Manage', card);
      // There is none yet.
      await s.press('Take a point back');
      await s.see('.form-error:not(:empty)');
    },
    'a match on a court with another': async (s) => {
      const { id } = await organiser.call('POST', '/api/courts', { name: 'ZqTwo' });
      const match = await made('BADMINTON', [START, ...row('AB')], id);
      await made('BADMINTON', [], id);
      await s.watch(`/match?id=${match.id}`, 'court-next a');
    },
    'a match without events': (s) => s.watch(`/match?id=${matches.next.id}`, '.board-name'),
    'a match that is not there': (s) => s.watch('/match?id=00000000-0000-7000-8000-000000000000', '.notice:not([hidden])'),
    'a match of an open venue': (s) => s.open().then(() => s.watch(`/match?id=${matches.next.id}`, '.board-name')).then(() => s.see('.banner:not([hidden])')),
    'a match without a connection': (s) => s.watch(`/match?id=${matches.badminton.id}`, '.event').then(s.cut).then(() => s.see('.link-retry:not([hidden])')),
    'the way to follow a match': (s) => s.watch(`/match?id=${matches.badminton.id}`, '.event').then(() => s.press('Scan to follow')).then(() => s.see('.addresses li')),
    'the code entry': (s) => s.watch('/score', '#code').then(() => s.press('Go')).then(() => s.see('.form-error:not(:empty)')),
    'a wrong code': (s) => s.watch('/score', '#code').then(() => s.page.fill('#code', '0000-0000')).then(() => s.press('Go')).then(() => s.see('.form-error:not(:empty)')),
    'a court with no match': async (s) => {
      const { refereeToken } = await organiser.call('POST', `/api/courts/${court.id}/referee-token`);
      await s.watch(`/score?court=${court.id}#token=${refereeToken}`, '.court-words:not(:empty)');
    },
    'a pad whose code was replaced': async (s) => {
      await s.pad(matches.tennis);
      matches.tennis = { ...matches.tennis, ...(await organiser.newCode(matches.tennis)) };
      await s.see('score-pad[data-phase="stopped"]');
    },
    'a pad whose match was deleted': async (s) => {
      const match = await made('BADMINTON', []);
      await s.pad(match);
      await organiser.remove(match);
      await s.see('score-pad[data-phase="stopped"]');
    },
    'a pad that stands by': async (s) => {
      const active = await stateOf(await s.page.context().newPage());
      await active.pad(matches.rugby);
      const other = await visit(venue, { size: PHONE });
      await serveMarked(other);
      await (await stateOf(other)).pad(matches.rugby);
      await other.locator('.pad-standby:not([hidden])').waitFor();
      await expectMarked(other, 'a pad that stands by');
      await s.pad(matches.badminton);
    },
    'a pad of an open venue': (s) => s.open().then(() => s.pad(matches.next)).then(() => s.see('score-pad[data-open]')),
    'a pad without a connection': async (s) => {
      await s.pad(await made('VOLLEYBALL', [START]));
      s.cut();
      await s.see('.pad-message:not([hidden])');
      await s.tap();
      await s.see('.pad-unsent.waiting');
    },
    'taps that came too late': async (s) => {
      const match = await made('BADMINTON', [START]);
      await s.pad(match);
      s.cut();
      await s.see('score-pad[data-phase="waiting"]');
      await s.tap();
      await organiser.publish(match, { type: 'retire', side: 'A' });
      s.mend();
      await s.see('.pad-refused:not([hidden])');
    },
    'the clock to set': (s) => s.more(matches.football, 'Set the clock').then(() => s.fill('Minutes and seconds', 'x')).then(() => s.press(/Set⟧$/)).then(() => s.see('.field-error svg')),
    'a score to type': (s) => s.more(matches.badminton, 'Type the score').then(() => s.fill('Score by set', '1')).then(() => s.press('Enter this score')).then(() => s.see('.field-error svg')),
    'a score that cannot be': (s) => s.more(matches.badminton, 'Type the score').then(() => s.fill('Score by set', '99-0')).then(() => s.press('Enter this score')).then(() => s.read('By the rules')),
    'a note': (s) => s.more(matches.badminton, 'Add a note'),
    'the end to confirm': (s) => s.more(matches.badminton, 'Finish match'),
    'the end by a side': (s) => s.more(matches.badminton, 'Retires'),
    'a result to sign': (s) => s.pad(matches.retired).then(() => s.press('Confirm the result')).then(() => s.see('dialog')),
    'a signed result': async (s) => {
      const match = await made('BADMINTON', [START, { type: 'retire', side: 'A' }, { type: 'confirm' }]);
      await s.pad(match);
    },
  };
  STATES['the TV'] = (s) => s.watch('/tv', '.tv-adopt').then(() => s.read('ZqLyon'));
  STATES['the TV with results'] = (s) => s.watch('/tv?view=results', 'tv-results .tv-points');
  STATES['the TV of an empty court'] = (s) => s.watch(`/tv?court=${court.id}`, 'tv-tile');
  STATES['the TV without a connection'] = (s) => s.watch('/tv?rotate=60', 'tv-tile').then(s.cut).then(() => s.see('.tv-lost:not([hidden])'));
  for (const name of ['badminton', 'football', 'kicks', 'basketball', 'tennis', 'rugby', 'fencing', 'suspended', 'walkover', 'retired', 'drawn', 'next']) {
    STATES[`the match: ${name}`] = (s) => s.watch(`/match?id=${matches[name].id}`, '.board-name');
    STATES[`the pad: ${name}`] = (s) => s.pad(matches[name]);
    if (!['walkover', 'retired', 'drawn'].includes(name)) STATES[`more on the pad: ${name}`] = (s) => s.more(matches[name]);
  }

  async function expectMarked(page, name) {
    const { strange, marked } = await untranslated(page);
    assert.deepEqual(strange, [], `${name} (${new URL(page.url()).pathname}) says what no language has`);
    assert.ok(marked > 0, `${name} asks for its words`);
  }

  for (const [name, reach] of Object.entries(STATES))
    test(name, async () => {
      const page = await visit(venue, { size: PHONE });
      await serveMarked(page);
      await reach(await stateOf(page));
      await expectMarked(page, name);
    });
});
