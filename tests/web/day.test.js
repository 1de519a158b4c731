/** The day as spectators see it: when and where a match is, how late it is, where it was, and who referees it. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { beginOf, minutesUntil, nextOnCourts } from '../../static/core/order.js';
import { LAPTOP, PHONE, Venue } from './venue.js';
import { audit, closeBrowser, endVisits, expectText, openBrowser, visit } from './visits.js';

let venue, organiser;

before(openBrowser);
after(closeBrowser);
afterEach(async () => {
  await venue?.close();
  venue = null;
  await endVisits();
});

const DAY = '2040-05-12';
const itIs = (time) => organiser.call('PUT', '/api/venue/clock', { now: `${DAY}T${time}:00Z` });
const planned = async () => (await organiser.call('GET', `/api/plan?day=${DAY}`)).matches;

/** Two courts and a published day of a group of four, which begins at nine and is refereed by the teams. */
async function openDay() {
  venue = await Venue.open();
  organiser = await venue.organiser();
  for (const name of ['Court 1', 'Court 2']) await organiser.call('POST', '/api/courts', { name });
  await itIs('08:30');
  const referees = { by: 'teams' };
  await organiser.call('PATCH', '/api/plan/settings', { timeZone: 'UTC', minutes: { BADMINTON: 30 }, rest: 5, referees });
  const cup = await organiser.tournament('City Cup', 'BADMINTON');
  const teams = ['Lyon', 'Metz', 'Brest', 'Nancy', 'Lille', 'Nice'].map((name) => ({ name }));
  const entered = await organiser.call('POST', '/api/teams', { tournamentID: cup.id, teams });
  await organiser.call('PUT', `/api/tournaments/${cup.id}/format`, { stages: [{ key: 'g', kind: 'round_robin' }] });
  const { token } = await organiser.call('POST', `/api/tournaments/${cup.id}/draw`, { mode: 'ranks' });
  await organiser.call('POST', `/api/tournaments/${cup.id}/draw`, { accept: token });
  const plan = await organiser.call('POST', '/api/plan/auto', { day: DAY });
  await organiser.call('POST', '/api/plan/auto', { accept: plan.token });
  await organiser.call('POST', '/api/plan/publish', { day: DAY });
  return { cup, teams: entered };
}

/** A phone in another time zone: times are those of the hall. */
const phone = () => visit(venue, { size: PHONE, timezoneId: 'America/New_York' });

const cardOf = (page, id) => page.locator('match-card', { has: page.locator(`a[href*="${id}"]`) });

test('a card says when its match begins, in how many minutes, where it was, and who comes next', async () => {
  await openDay();
  const page = await phone();
  await page.goto('/');
  const [first, , third] = await planned();
  const chip = cardOf(page, first.matchID).locator('.chip').first();
  await expectText(chip, /^At 09:00 · in \d\d min$/);
  await expectText(cardOf(page, first.matchID).locator('.card-where'), /Court \d · match 1 · referee: \w+$/);
  // Nobody has begun twenty minutes later.
  await itIs('09:19');
  await expectText(chip, /^Soon · About 09:20, planned 09:00/);
  await organiser.call('POST', `/api/matches/${first.matchID}/events?correction=1`, { type: 'point', side: 'A' });
  const after = (await planned()).find(({ courtID, matchID }) => courtID === first.courtID && matchID !== first.matchID);
  const { sides } = await organiser.call('GET', `/api/matches/${after.matchID}`);
  await expectText(cardOf(page, first.matchID).locator('.card-next'), new RegExp(`^Next here: ${sides.A.name} against ${sides.B.name} · `));

  // Who follows a team is told where it plays by now.
  const followed = await organiser.call('GET', `/api/matches/${third.matchID}`);
  await page.getByRole('searchbox').fill(followed.sides.A.name);
  await page.getByRole('button', { name: `Follow ${followed.sides.A.name}` }).click();
  await organiser.call('POST', '/api/plan/move', { matchID: third.matchID, courtID: third.courtID, at: `${DAY}T15:00:00Z`, confirm: true });
  await expectText(page.locator('.moved li'), new RegExp(`${followed.sides.A.name}.*15:00.*moved, was \\d\\d:\\d\\d, Court \\d`));
  await audit(page, 'the dashboard of a day');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, 'the dashboard scrolls sideways');
});

test('a team sees its duties among its matches, and the tournament says when each match is', async () => {
  const { cup } = await openDay();
  const [first] = await planned();
  const team = await phone();
  await team.goto(`/team?id=${first.referee.teamID}`);
  const duty = team.locator('.day-line[data-duty]').first();
  const { sides } = await organiser.call('GET', `/api/matches/${first.matchID}`);
  await expectText(duty.locator('.day-link'), new RegExp(`^You referee: ${sides.A.name} against ${sides.B.name}$`));
  await expectText(duty.locator('.day-time'), /^09:00$/);
  await expectText(team.locator('.day-next h2').last(), /^Next duty$/);
  await audit(team, 'the day of a team with a duty');
  // Another is named: the duty goes, without a reload.
  const before = await team.locator('.day-line[data-duty]').count();
  await organiser.call('POST', '/api/plan/referee', { matchID: first.matchID, name: 'Anna' });
  await team.waitForFunction((count) => document.querySelectorAll('.day-line[data-duty]').length < count, before);

  const tournament = await visit(venue, { size: LAPTOP, timezoneId: 'America/New_York' });
  await tournament.goto(`/tournament?id=${cup.id}`);
  await tournament.locator('.line-place', { hasText: 'At 09:00' }).first().waitFor();
});

test('a match is late from five minutes on, is near for two hours, and a court has one next match', () => {
  const at = (time) => `2040-05-12T${time}:00.000Z`;
  assert.deepEqual(beginOf({ plannedAt: at('10:40'), expectedAt: null }), { at: at('10:40'), late: false });
  assert.deepEqual(beginOf({ plannedAt: at('10:40'), expectedAt: at('10:45') }), { at: at('10:45'), late: true });
  assert.deepEqual(beginOf({ plannedAt: null, expectedAt: at('10:45') }), { at: at('10:45'), late: true });
  assert.deepEqual(beginOf({ plannedAt: null, expectedAt: null }), { at: null, late: false });
  assert.deepEqual([-1, 1, 60_001, 7_200_000].map(minutesUntil), [null, 1, 2, null]);
  const match = (id, courtID, order, call = 'planned', status = 'scheduled') => ({ id, courtID, order, call, state: { status } });
  const next = nextOnCourts([match('a', 'x', 2), match('b', 'x', 1), match('c', 'y', 1), match('d', 'y', 3, 'called'), match('e', null, 1), match('f', 'z', 1, 'planned', 'live')]);
  assert.deepEqual([...next].map(([court, { id }]) => [court, id]), [['x', 'b'], ['y', 'd']]);
});
