/**
 * What a spectator's phone waits for and does, in figures, with 200 live matches:
 *   node measure-dashboard.mjs
 * The time from the address to the first cards on a slow phone (a quarter of this processor, 1.6 Mbit/s, 150 ms there and
 * back), and how much of its processor the page takes while ten points a second are scored.
 */
import { PHONE, Venue, device, launchBrowser } from './venue.js';

const MATCHES = 200;
const EVENTS_PER_SECOND = 10;
const WATCHED_S = Number(process.env.SECONDS ?? 20);
const THROTTLING = 4;
const SLOW = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const OPENINGS = 5;

const venue = await Venue.open();
const browser = await launchBrowser();
try {
  const organiser = await venue.organiser();
  const tournament = await organiser.tournament('Spring Open', 'BADMINTON');
  const matches = [];
  for (let n = 1; n <= MATCHES; n++) {
    const match = await organiser.match(tournament, `Lyon ${n}`, `Grenoble ${n}`);
    await organiser.publish(match, [{ type: 'start' }, ...Array(n % 15).fill({ type: 'point', side: 'A' })]);
    matches.push(match);
  }
  await opening('first visit', () => device(browser, venue, { size: PHONE }));
  const known = await device(browser, venue, { size: PHONE });
  await known.page.goto('/');
  await opening('visited before', async () => ({ ...known, page: await known.context.newPage() }));
  await playing(organiser, matches);
} finally {
  await browser.close();
  await venue.close();
}

/** From the address to what is seen, in milliseconds; the middle one of some. */
async function opening(what, visit) {
  const seen = [];
  for (let n = 0; n < OPENINGS; n++) {
    const { page } = await visit();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', SLOW);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: THROTTLING });
    await page.addInitScript(() => {
      const watch = new MutationObserver(() => {
        if (!document.querySelector('match-card .side-score')?.textContent) return;
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => (globalThis.cardsAt = performance.now())));
      });
      watch.observe(document, { subtree: true, childList: true, characterData: true });
    });
    await page.goto('/');
    await page.waitForFunction(() => globalThis.cardsAt > 0);
    seen.push(
      await page.evaluate(() => ({
        paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
        cards: globalThis.cardsAt,
        all: document.querySelectorAll('match-card').length,
      })),
    );
    await page.close();
  }
  const middle = (name) => seen.map((each) => each[name]).sort((a, b) => a - b)[Math.floor(OPENINGS / 2)].toFixed(0);
  console.log(`${what}: first paint after ${middle('paint')} ms, ${middle('all')} cards after ${middle('cards')} ms`);
}

async function playing(organiser, matches) {
  const { page } = await device(browser, venue, { size: PHONE });
  await page.goto('/');
  await page.locator('match-card').nth(MATCHES - 1).waitFor({ state: 'attached' });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: THROTTLING });
  const metrics = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  let posted = 0;
  const score = () => {
    const match = matches[(posted++ * 37) % matches.length];
    organiser.publish(match, { type: 'point', side: posted % 2 ? 'A' : 'B' }).catch((error) => console.error(error.message));
  };
  const timer = setInterval(score, 1_000 / EVENTS_PER_SECOND);
  const [began, before] = [performance.now(), await metrics()];
  await new Promise((resolve) => setTimeout(resolve, WATCHED_S * 1_000));
  const [after, wall] = [await metrics(), (performance.now() - began) / 1_000];
  clearInterval(timer);
  const share = (name) => `${(((after[name] - before[name]) / wall) * 100).toFixed(1)} %`;
  console.log(
    `${(posted / wall).toFixed(1)} events a second in ${MATCHES} matches at ${THROTTLING} times throttling: ${share('TaskDuration')} of a core` +
      ` (script ${share('ScriptDuration')}, style ${share('RecalcStyleDuration')}, layout ${share('LayoutDuration')})`,
  );
}
