/**
 * The pictures of README.md, from a hall where four courts are played:
 *   node pictures.mjs [FOLDER]      (pictures/ beside this file, if none is named)
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PHONE, Venue, device, launchBrowser } from './venue.js';
import { startMatch, tapHalf } from './visits.js';

const folder = process.argv[2] ?? fileURLToPath(new URL('pictures', import.meta.url));
await mkdir(folder, { recursive: true });

const HALL = [
  ['BADMINTON', 'Lyon Badminton', 'Grenoble Volants', 'ABBA'.repeat(9) + 'AAABABAABAAB' + 'BBABAB'.repeat(8)],
  ['VOLLEYBALL', 'Annecy', 'Chambéry', 'ABAB'.repeat(11) + 'AAAA' + 'ABB'.repeat(4)],
  ['TABLE_TENNIS', 'Colmar', 'Strasbourg', 'AB'.repeat(8) + 'AAA' + 'BBA'.repeat(3)],
  ['BASKETBALL', 'Villeurbanne', 'Dijon', 'ABABAABBA'.repeat(4)],
];

const venue = await Venue.open({ name: 'Salle des sports' });
const browser = await launchBrowser();
const take = (page, name) => page.screenshot({ path: join(folder, `${name}.png`) });

try {
  const organiser = await venue.organiser();
  const matches = [];
  for (const [index, [sport, a, b, course]] of HALL.entries()) {
    const court = await organiser.call('POST', '/api/courts', { name: `Court ${index + 1}` });
    const cup = await organiser.tournament('Spring Open', sport);
    const sides = { A: { name: a }, B: { name: b } };
    const match = await organiser.call('POST', '/api/matches', { tournamentID: cup.id, courtID: court.id, sides });
    const events = [...course].map((side, n) => ({ type: 'point', side, value: sport === 'BASKETBALL' ? 2 + (n % 2) : 1 }));
    await organiser.publish(match, [{ type: 'start' }, ...events]);
    const pad = await device(browser, venue, { size: PHONE });
    await pad.page.goto(`/score?match=${match.id}#token=${match.refereeToken}`);
    await pad.page.getByText('All saved').waitFor();
    matches.push(match);
  }
  const { page: tv } = await device(browser, venue, { size: { width: 1280, height: 720 } });
  await tv.goto('/tv?theme=light');
  await tv.locator('tv-tile .chip[data-kind=live]').nth(3).waitFor();
  await tv.evaluate(() => document.fonts.ready);
  await take(tv, 'tv');

  const { page: board } = await device(browser, venue, { size: { width: 390, height: 844 } });
  await board.goto(`/match?id=${matches[0].id}`);
  await board.locator('.flow-told').waitFor();
  await board.locator('.chip[data-kind=live]').waitFor();
  await take(board, 'match');

  const last = await organiser.match({ id: (await organiser.tournaments())[0].id }, 'Nantes', 'Angers');
  const { page: pad } = await device(browser, venue, { size: PHONE, reducedMotion: 'reduce' });
  await pad.goto(`/score?match=${last.id}#token=${last.refereeToken}`);
  await startMatch(pad);
  for (const name of ['Nantes', 'Nantes', 'Angers', 'Nantes']) await tapHalf(pad, name);
  await pad.getByText('All saved').waitFor();
  await venue.kill();
  await pad.getByText('No connection').first().waitFor();
  for (const name of ['Nantes', 'Angers']) await tapHalf(pad, name);
  await pad.getByText('2 taps kept here').waitFor();
  await pad.locator('.half:not([data-guarded])').nth(1).waitFor();
  await take(pad, 'pad');
} finally {
  await browser.close();
  await venue.close();
}
