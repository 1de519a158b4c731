/**
 * Pictures of every page with demonstration data, for looking at:
 *   node screenshots.mjs FOLDER
 * Each page at the size of a phone, a laptop and a TV, in light and dark, and the states that are easy to forget.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LAPTOP, PHONE, TV, Venue, device, launchBrowser } from './venue.js';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node screenshots.mjs FOLDER');
  process.exit(2);
}
await mkdir(folder, { recursive: true });

const LONG_NAME =
  'Association sportive et culturelle intercommunale de badminton du canton de Montréal-la-Cluse et de la haute vallée de l’Ange, section des vétérans, équipe réserve numéro deux du département de l’Ain';
const PAIRS = [
  ['Lyon Badminton Club', 'Grenoble Volants'],
  ['Annecy Lake Smashers', 'Chambéry BC'],
  [LONG_NAME, 'Valence'],
  ['Nantes', 'Angers'],
  ['Strasbourg Racket', 'Colmar'],
  ['Dijon Plumes', 'Beaune'],
  ['Brest Ouest', 'Quimper BC'],
  ['Toulouse', 'Montauban'],
  ['Rennes Étudiants', 'Vannes'],
];

const points = (pattern) => [...pattern].map((side) => ({ type: 'point', side, value: 1 }));

/** Some matches in every state, whose referees stay connected. */
async function play(venue, page) {
  const organiser = await venue.organiser();
  const tournaments = [
    await organiser.tournament('Spring Open', 'BADMINTON'),
    await organiser.tournament('School Cup', 'VOLLEYBALL'),
  ];
  const matches = [];
  for (const [index, [a, b]] of PAIRS.entries()) matches.push(await organiser.match(tournaments[index % 2], a, b));
  const games = [
    [{ type: 'start' }, ...points('ABAABABBAAABAABAB'), { type: 'undo' }, ...points('AAB')],
    [
      { type: 'start' },
      ...points('AAAAAAAAAABBBBBBBBBBBAB'),
      { type: 'period_end' },
      { type: 'period_start' },
      ...points('ABBABA'),
    ],
    [{ type: 'start' }, ...points('AB')],
    [{ type: 'start' }, ...points('ABABABABAABBA'), { type: 'suspend' }],
    [...points('AAAAAAAAAAABBBBA'), { type: 'finish' }],
    [...points('ABBBABBBABBBB'), { type: 'finish' }],
  ];
  for (const [index, events] of games.entries()) await page.evaluate(referee, { ...matches[index], events });
  return matches;
}

/** Runs in a page: node has no websocket of its own. */
function referee({ id, refereeToken, events }) {
  return new Promise((resolve, reject) => {
    const query = new URLSearchParams({ matchID: id, token: refereeToken, device: `demo-${id}` });
    const socket = new WebSocket(`ws://${location.host}/referee?${query}`);
    const next = () => {
      const event = events.shift();
      if (event) setTimeout(() => socket.send(JSON.stringify({ id: `${id}-${events.length}`, ...event })), 25);
      else resolve(null);
    };
    socket.onmessage = ({ data }) => {
      const { type, code } = JSON.parse(data);
      if (type === 'refused') reject(new Error(code));
      if (type === 'welcome' || type === 'ack') next();
    };
    socket.onerror = () => reject(new Error('the referee cannot connect'));
  });
}

const venue = await Venue.open({ name: 'Salle des sports' });
const browser = await launchBrowser();
/** The dashboard and the TV with this many matches, in English by day and in French by night. */
async function boards(count) {
  for (const [name, size] of Object.entries({ phone: PHONE, laptop: LAPTOP, tv: TV, hd: { width: 1280, height: 720 } })) {
    for (const [colorScheme, locale] of [['light', 'en-GB'], ['dark', 'fr-FR']]) {
      const { page, context } = await device(browser, venue, { size, colorScheme, locale });
      await page.goto('/');
      await page.locator(count > 0 ? 'match-card .side-name' : '.empty h2').first().waitFor();
      await take(page, `dashboard-${count}-${name}-${colorScheme}`);
      for (const [view, query] of count > 0 && name !== 'phone' ? [['wall', ''], ['results', '?view=results']] : []) {
        await page.goto(`/tv${query}`);
        await page.locator('tv-tile .tv-points, tv-results li').first().waitFor();
        await page.evaluate(() => document.fonts.ready.then(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))));
        await take(page, `tv-${view}-${count}-${name}-${colorScheme}`);
      }
      await context.close();
    }
  }
}

/** Twelve matches on courts, then two hundred. */
async function crowd(made) {
  const organiser = await venue.organiser();
  const tournament = await organiser.tournament('Summer Cup', 'TABLE_TENNIS');
  for (const count of [12, 200]) {
    for (; made < count; made++) {
      const [a, b] = PAIRS[made % PAIRS.length];
      const court = made < 16 ? await organiser.call('POST', '/api/courts', { name: `Court ${made - 7}` }) : null;
      const sides = { A: { name: `${made} ${a}`.slice(0, 200) }, B: { name: `${made} ${b}`.slice(0, 200) } };
      const match = await organiser.call('POST', '/api/matches', { tournamentID: tournament.id, courtID: court?.id, sides });
      if (made % 3 !== 2) await organiser.publish(match, [{ type: 'start' }, ...points('ABBABAAB'.slice(made % 6))]);
      if (made % 6 === 1) await organiser.publish(match, { type: 'retire', side: 'B' });
    }
    await boards(count);
  }
}

const take = (page, name, options = {}) => page.screenshot({ path: join(folder, `${name}.png`), ...options });

try {
  const empty = await device(browser, venue, { size: PHONE });
  await empty.page.goto('/');
  await empty.page.getByRole('heading', { name: 'No matches yet' }).waitFor();
  await boards(0);
  const first = await (await venue.organiser()).tournament('Friendly', 'PADEL');
  const only = await (await venue.organiser()).match(first, LONG_NAME, `${LONG_NAME.slice(0, 190)} (2)`);
  await (await venue.organiser()).publish(only, [{ type: 'start' }, ...points('AABA')]);
  await boards(1);
  const matches = await play(venue, empty.page);
  for (const colorScheme of ['light', 'dark']) {
    for (const [name, size] of Object.entries({ phone: PHONE, laptop: LAPTOP, tv: TV })) {
      const { page, context } = await device(browser, venue, { size, colorScheme });
      await page.goto('/');
      await page.locator('match-card').nth(8).waitFor();
      await take(page, `dashboard-${name}-${colorScheme}`, { fullPage: name === 'phone' });
      for (const [index, state] of [
        [0, 'live'],
        [1, 'periods'],
        [2, 'long'],
        [4, 'finished'],
      ]) {
        await page.goto(`/match?id=${matches[index].id}`);
        await page.locator('.event').first().waitFor();
        await take(page, `match-${state}-${name}-${colorScheme}`);
      }
      for (const [index, state] of [
        [6, 'scheduled'],
        [2, 'long'],
      ]) {
        await page.goto(`/score?match=${matches[index].id}#token=${matches[index].refereeToken}`);
        await page.getByText('All saved').waitFor();
        await take(page, `pad-${state}-${name}-${colorScheme}`);
      }
      await context.close();
    }
  }

  await crowd(matches.length);

  const { page, context } = await device(browser, venue, { size: PHONE });
  await page.goto('/');
  await page.getByRole('button', { name: 'Organiser' }).click();
  await page.getByLabel('PIN').fill('0000 0000');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('This PIN is not right').waitFor();
  await take(page, 'login-wrong-phone-light');
  await page.getByLabel('PIN').fill(venue.pin);
  await page.getByRole('button', { name: 'Log in' }).click();
  for (const tool of ['Tournaments', 'This box']) {
    await page.getByRole('button', { name: tool, exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await take(page, `organiser-${tool.toLowerCase().replace(' ', '-')}-phone-light`);
    await page.keyboard.press('Escape');
  }
  await page.goto('/desk');
  await page.locator('.desk-strip').waitFor();
  await take(page, 'organiser-desk-phone-light');
  for (const name of ['courts', 'screens']) {
    await page.goto(`/${name}`);
    await page.locator('.page-panel').waitFor();
    await take(page, `organiser-${name}-phone-light`);
  }
  await page.goto('/');
  await page.getByRole('button', { name: /^Manage: .*Lyon/ }).first().click();
  await page.locator('.manage-score').waitFor();
  await take(page, 'organiser-manage-phone-light');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'New match' }).click();
  await page.getByLabel('First side').fill(LONG_NAME);
  await take(page, 'new-match-phone-light');
  await page.getByLabel('Second side').fill('Bourg-en-Bresse');
  await page.getByRole('button', { name: 'Create match' }).click();
  await page.getByText('The scorer scans this').waitFor();
  await page
    .locator('.qr img[src]')
    .last()
    .evaluate((image) => image.decode());
  await take(page, 'referee-code-phone-light');
  await page.getByRole('button', { name: 'Close' }).click();
  await take(page, 'dashboard-organiser-phone-light');
  await page.setViewportSize(LAPTOP);
  await take(page, 'dashboard-organiser-laptop-light');
  await page.getByRole('button', { name: 'Scan to follow' }).click();
  await page.getByText('192.168').or(page.locator('.addresses li')).first().waitFor();
  await take(page, 'share-laptop-light');
  await context.close();

  const french = await device(browser, venue, { size: PHONE, locale: 'fr-FR' });
  await french.page.goto('/');
  await french.page.locator('match-card').nth(8).waitFor();
  await take(french.page, 'dashboard-french-phone-light');

  const standby = await device(browser, venue, { size: PHONE });
  await standby.page.goto(`/score?match=${matches[0].id}#token=${matches[0].refereeToken}`);
  await standby.page.getByRole('button', { name: 'Take over' }).waitFor();
  await take(standby.page, 'pad-standby-phone-light');

  const playing = await device(browser, venue, { size: { width: 360, height: 640 } });
  await playing.page.goto(`/score?match=${matches[7].id}#token=${matches[7].refereeToken}`);
  await playing.page.getByRole('button', { name: 'Start match' }).click();
  await playing.page.getByRole('button', { name: /^Toulouse/ }).click({ clickCount: 3 });
  await playing.page.getByRole('button', { name: /^Montauban/ }).click();
  await playing.page.getByText('All saved').waitFor();
  await take(playing.page, 'pad-playing-small-light');
  await playing.page.setViewportSize({ width: 844, height: 390 });
  await take(playing.page, 'pad-playing-landscape-light');
  await playing.page.getByRole('button', { name: 'More' }).click();
  await take(playing.page, 'pad-more-landscape-light');
  await playing.page.getByRole('button', { name: 'Finish match' }).click();
  await take(playing.page, 'pad-finish-landscape-light');
  await playing.page.getByRole('button', { name: 'Keep playing' }).click();

  const watching = await device(browser, venue, { size: PHONE });
  await watching.page.goto(`/match?id=${matches[7].id}`);
  await watching.page.locator('.event').first().waitFor();
  await venue.kill();
  await playing.page.getByText('No connection').first().waitFor();
  await playing.page.getByRole('button', { name: /^Toulouse/ }).click({ clickCount: 2 });
  await take(playing.page, 'pad-offline-landscape-light');
  await playing.page.setViewportSize(PHONE);
  await take(playing.page, 'pad-offline-phone-light');
  await french.page.getByText('Pas de connexion').waitFor();
  await take(french.page, 'dashboard-stale-phone-light');
  await watching.page.getByText('No connection').waitFor();
  await take(watching.page, 'match-stale-phone-light');
} finally {
  await browser.close();
  await venue.close();
}
