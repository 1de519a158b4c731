/**
 * What Lighthouse says of the pages that spectators open, on a slow phone:
 *   npm run lighthouse [-- --assert] [-- --list]
 * A real venue with twelve matches, one of them with a long history. With `--assert` fewer than 95 points fail; with
 * `--list` every audit that is not perfect is named.
 */
import lighthouse from 'lighthouse';
import { Venue, launchBrowser } from './venue.js';

const LEAST = 95;
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const FIGURES = ['first-contentful-paint', 'largest-contentful-paint', 'speed-index', 'total-blocking-time', 'cumulative-layout-shift'];
const MATCHES = 12;
const EVENTS = 60;

async function play(venue) {
  const organiser = await venue.organiser();
  const tournament = await organiser.tournament('Spring Open', 'BADMINTON');
  const matches = [];
  for (let n = 1; n <= MATCHES; n++) matches.push(await organiser.match(tournament, `Lyon ${n}`, `Grenoble ${n}`));
  const rallies = (count) => Array.from({ length: count }, (_, n) => ({ type: 'point', side: n % 3 ? 'A' : 'B' }));
  await organiser.publish(matches[0], [{ type: 'start' }, ...rallies(EVENTS - 1)]);
  for (const match of matches.slice(1, 6)) await organiser.publish(match, [{ type: 'start' }, ...rallies(9)]);
  for (const match of matches.slice(6, 9)) await organiser.publish(match, [{ type: 'start' }, { type: 'retire', side: 'A' }]);
  return matches[0];
}

/** Scores of one page in points of a hundred, and what costs them. */
async function judge(url, port) {
  const { lhr } = await lighthouse(url, { port, onlyCategories: CATEGORIES, logLevel: 'error' });
  const scores = CATEGORIES.map((id) => [id, Math.round((lhr.categories[id]?.score ?? 0) * 100)]);
  const figures = FIGURES.map((id) => `${id} ${lhr.audits[id]?.displayValue}`);
  const flawed = CATEGORIES.flatMap((id) => lhr.categories[id].auditRefs.map((ref) => lhr.audits[ref.id])).filter(
    ({ score }) => score !== null && score < 1,
  );
  return { scores, figures, flawed };
}

const venue = await Venue.open();
const port = 20_000 + (process.pid % 20_000);
const browser = await launchBrowser([`--remote-debugging-port=${port}`]);
let low = false;
try {
  const match = await play(venue);
  for (const path of ['/', `/match?id=${match.id}`]) {
    const { scores, figures, flawed } = await judge(venue.url + path, port);
    console.log(`${path.replace(/=.*/, '=')}: ${scores.map((score) => score.join(' ')).join(', ')}`);
    console.log(`  ${figures.join(', ')}`);
    if (process.argv.includes('--list'))
      for (const { id, title, displayValue, details } of flawed)
        console.log(`  ${id}: ${title} ${displayValue ?? ''} ${JSON.stringify(details?.items?.slice(0, 4) ?? '').slice(0, 1_500)}`);
    low ||= scores.some(([, score]) => score < LEAST);
  }
} finally {
  await browser.close();
  await venue.close();
}
if (low && process.argv.includes('--assert')) {
  console.error(`fewer than ${LEAST} points`);
  process.exitCode = 1;
}
