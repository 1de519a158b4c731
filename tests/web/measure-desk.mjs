/**
 * How much of a processor the control desk takes, with 60 matches on 8 courts, while ten points a second are scored and the
 * processor is throttled to a quarter:
 *   node measure-desk.mjs
 */
import { keepLogIn, logIn } from './secured.js';
import { Venue, device, launchBrowser } from './venue.js';

const COURTS = 8;
const ROUNDS = 2;
const EVENTS_PER_SECOND = 10;
const WATCHED_S = Number(process.env.SECONDS ?? 20);
const THROTTLING = 4;
const NOON = '2040-05-12T12:00:00Z';

const venue = await Venue.open();
const browser = await launchBrowser();
try {
  const organiser = await venue.organiser();
  await organiser.call('PUT', '/api/venue/clock', { now: NOON });
  const live = await day(organiser);
  await playing(organiser, live);
} finally {
  await browser.close();
  await venue.close();
}

/** A published day of two cups with thirty matches each, all courts in play. */
async function day(organiser) {
  for (let n = 1; n <= COURTS; n++) await organiser.call('POST', '/api/courts', { name: `Court ${n}` });
  for (const name of ['Spring Open', 'City Cup'].slice(0, ROUNDS)) {
    const { id } = await organiser.tournament(name, 'BADMINTON');
    const teams = Array.from({ length: 16 }, (_, at) => ({ name: `${name} ${at + 1}`, seed: at + 1 }));
    await organiser.call('POST', '/api/teams', { tournamentID: id, teams });
    const stages = [{ key: 'g', kind: 'groups', groups: 4 }, { key: 'ko', kind: 'knockout', from: { stage: 'g', ranks: 2 } }];
    await organiser.call('PUT', `/api/tournaments/${id}/format`, { stages });
    const { token } = await organiser.call('POST', `/api/tournaments/${id}/draw`, { mode: 'ranks' });
    await organiser.call('POST', `/api/tournaments/${id}/draw`, { accept: token });
  }
  await organiser.call('PATCH', '/api/plan/settings', { timeZone: 'UTC', opens: '12:00' });
  const { token } = await organiser.call('POST', '/api/plan/auto', { day: NOON.slice(0, 10) });
  await organiser.call('POST', '/api/plan/auto', { accept: token });
  const { matches } = await organiser.call('POST', '/api/plan/publish', { day: NOON.slice(0, 10) });
  const first = matches.slice(0, COURTS).map(({ matchID }) => ({ id: matchID }));
  for (const match of first) await organiser.publish(match, [{ type: 'start' }]);
  console.log(`${matches.length} matches on ${COURTS} courts, ${first.length} of them live`);
  return first;
}

async function playing(organiser, live) {
  const { page } = await device(browser, venue, { size: { width: 1366, height: 768 } });
  await keepLogIn(page, await logIn(venue));
  await page.goto('/desk');
  await page.locator('.desk-card[data-status="live"]').nth(COURTS - 1).waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: THROTTLING });
  const metrics = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  let posted = 0;
  const score = () => {
    // Each side in turn, so that no match ends.
    const [match, side] = [live[posted % live.length], Math.floor(posted / live.length) % 4 < 2 ? 'A' : 'B'];
    const event = { type: 'point', side, value: Math.floor(posted / live.length) % 2 ? -1 : 1 };
    posted += 1;
    organiser.publish(match, event).catch((error) => console.error(error.message));
  };
  const timer = setInterval(score, 1_000 / EVENTS_PER_SECOND);
  const [began, before] = [performance.now(), await metrics()];
  await new Promise((resolve) => setTimeout(resolve, WATCHED_S * 1_000));
  const [after, wall] = [await metrics(), (performance.now() - began) / 1_000];
  clearInterval(timer);
  const share = (name) => `${(((after[name] - before[name]) / wall) * 100).toFixed(1)} %`;
  console.log(
    `${(posted / wall).toFixed(1)} events a second at ${THROTTLING} times throttling: ${share('TaskDuration')} of a core` +
      ` (script ${share('ScriptDuration')}, style ${share('RecalcStyleDuration')}, layout ${share('LayoutDuration')})`,
  );
}
