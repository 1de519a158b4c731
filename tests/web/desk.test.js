/** The day of the hall from its pages: planned, published, called and moved, and seen by a team and on the TV. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { momentOf } from '../../static/organise/desk/moment.js';
import { keepLogIn, logIn as logInAs } from './secured.js';
import { LAPTOP, PHONE, TV, Venue } from './venue.js';
import { audit, closeBrowser, endVisits, expectText, openBrowser, visit } from './visits.js';

let venue, organiser, courts;

before(openBrowser);
after(closeBrowser);
afterEach(async () => {
  await venue?.close();
  venue = null;
  await endVisits();
});

const DAY = '2040-05-12';
const press = (page, name) => page.getByRole('button', { name, exact: true }).first().click();
const row = (page, key) => page.locator(`.desk-row[data-key="${key}"]`);
const card = (page, key) => page.locator(`.desk-card[data-key="${key}"]`);
const column = (page, name) => page.getByRole('region', { name, exact: true });
const timeOf = (page, key) => row(page, key).locator('.desk-time');

/** Two courts and a cup: a knockout of four, or of more. */
async function openHall(names = ['Lyon', 'Metz', 'Brest', 'Nancy']) {
  venue = await Venue.open();
  organiser = await venue.organiser();
  courts = [];
  for (const name of ['Court 1', 'Court 2']) courts.push(await organiser.call('POST', '/api/courts', { name }));
  const cup = await organiser.tournament('City Cup', 'BADMINTON');
  const teams = names.map((name, at) => ({ name, seed: at + 1 }));
  const entered = await organiser.call('POST', '/api/teams', { tournamentID: cup.id, teams });
  await organiser.call('PUT', `/api/tournaments/${cup.id}/format`, { stages: [{ key: 'ko', kind: 'knockout' }] });
  const { token } = await organiser.call('POST', `/api/tournaments/${cup.id}/draw`, { mode: 'ranks' });
  await organiser.call('POST', `/api/tournaments/${cup.id}/draw`, { accept: token });
  return { cup, entered };
}

/** A published day of eight teams that is about to begin: the box has its time. */
async function openDay(at = '08:58') {
  const hall = await openHall(['Lyon', 'Metz', 'Brest', 'Nancy', 'Lille', 'Nice', 'Tours', 'Dijon']);
  await organiser.call('PUT', '/api/venue/clock', { now: `${DAY}T${at}:00Z` });
  await organiser.call('PATCH', '/api/plan/settings', { timeZone: 'UTC', minutes: { BADMINTON: 30 } });
  const { token } = await organiser.call('POST', '/api/plan/auto', { day: DAY });
  await organiser.call('POST', '/api/plan/auto', { accept: token });
  await organiser.call('POST', '/api/plan/publish', { day: DAY });
  return hall;
}

async function desk(options) {
  const page = await visit(venue, options);
  await keepLogIn(page, await logInAs(venue));
  await page.goto('/desk');
  await page.locator('.desk-row').first().waitFor();
  return page;
}

const planned = async (key) => (await organiser.call('GET', `/api/plan?day=${DAY}`)).matches.find((match) => match.key === key);

/** Waits until a match has a place on a court, other than the one before. */
async function movedFrom(key, before) {
  for (let looks = 0; looks < 50; looks++) {
    const { courtID, at } = await planned(key);
    if (courtID !== before.courtID || at !== before.at) return { courtID, at };
    await new Promise((resolve) => setImmediate(resolve));
  }
  return assert.fail(`${key} stays where it was`);
}

test('a day is planned, published and called, and its team and the TV see it at once', async () => {
  const { entered } = await openHall();
  const page = await visit(venue, { size: LAPTOP, timezoneId: 'Europe/Paris' });
  await keepLogIn(page, await logInAs(venue));
  await page.goto('/desk');
  const team = await visit(venue, { size: PHONE, timezoneId: 'America/New_York' });
  await team.goto(`/team?id=${entered[0].id}`);
  await team.getByText('Time and court are not known yet').waitFor();
  const tv = await visit(venue, { size: TV });
  await tv.goto('/tv');

  // The zone is asked first, and is that of the organiser's browser.
  await press(page, 'Settings');
  assert.equal(await page.getByLabel('Time zone of the hall').inputValue(), 'Europe/Paris');
  await page.getByLabel('First match from').fill('10:30');
  await press(page, 'Save');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.getByLabel('Day').fill(DAY);
  await press(page, 'Plan the day');
  await page.getByText('3 matches get another place.').waitFor();
  await audit(page, 'a plan that is proposed');
  await press(page, 'Take this plan');
  await expectText(timeOf(page, 'SF1'), /^10:30$/);
  await audit(page, 'the control desk');
  assert.equal(await team.locator('.day-time').first().innerText(), '–');
  await press(page, 'Publish');
  // In the hall's time, whatever the phone's is.
  await expectText(team.locator('.day-time').first(), /^10:30$/);
  await team.locator('.day-next-place', { hasText: 'Court' }).waitFor();
  await audit(team, 'the day of a team');
  await tv.getByText('At 10:30: Lyon against Nancy').waitFor();

  await row(page, 'SF1').getByRole('button', { name: /^Manage/ }).click();
  await press(page, 'Say that it is soon');
  await press(page, 'Call to the court');
  await team.locator('.day-next .chip', { hasText: 'Called to the court' }).waitFor();
  await tv.getByText('Called to the court: Lyon against Nancy').waitFor();
  await page.keyboard.press('Escape');
  await card(page, 'SF1').getByText('Called to the court').waitFor();
});

test('the next call is one press, and a match that begins goes to its court by itself', async () => {
  await openDay();
  const page = await desk({ size: LAPTOP });
  const next = page.locator('.desk-next-call');
  await expectText(next, /^Call .* to Court [12]$/);
  await page.getByText(/^Then /).waitFor();
  await audit(page, 'a match to call');
  for (const call of ['first', 'second']) {
    const words = await next.innerText();
    const [, name] = /^Call (.*) to Court/.exec(words) ?? assert.fail(`${call}: ${words}`);
    await next.click();
    await page.locator('.desk-card').filter({ hasText: name.split(' against ')[0] }).getByText('Called to the court').waitFor();
    await expectText(next, call === 'first' ? /^Call / : /^Next at|^$/).catch(() => {});
  }
  // Both courts are taken: there is nobody to call.
  await page.getByText('Nobody is to be called now.').waitFor();
  const { matches } = await organiser.call('GET', '/api/plan');
  const called = matches.filter(({ call }) => call === 'called');
  assert.deepEqual(called.map(({ courtID }) => courtID).sort(), courts.map(({ id }) => id).sort());
  await organiser.publish({ id: called[0].matchID }, [{ type: 'start' }, { type: 'point', side: 'A' }]);
  const live = card(page, called[0].key);
  await live.and(page.locator('[data-status="live"]')).waitFor();
  await expectText(live.locator('.desk-points').first(), /^1$/);
  await page.locator('.desk-alert').filter({ hasText: 'nobody keeps the score' }).first().waitFor();
});
