/** The day of the hall from its pages: planned, published, called, and seen by a team and on the TV. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { momentOf } from '../../static/organise/moment.js';
import { keepLogIn, logIn as logInAs } from './secured.js';
import { LAPTOP, PHONE, TV, Venue } from './venue.js';
import { audit, closeBrowser, endVisits, expectText, openBrowser, visit } from './visits.js';

let venue, organiser;

before(openBrowser);
after(closeBrowser);
afterEach(async () => {
  await venue?.close();
  venue = null;
  await endVisits();
});

const press = (page, name) => page.getByRole('button', { name, exact: true }).first().click();

/** Two courts and a knockout of four. */
async function openHall() {
  venue = await Venue.open();
  organiser = await venue.organiser();
  for (const name of ['Court 1', 'Court 2']) await organiser.call('POST', '/api/courts', { name });
  const cup = await organiser.tournament('City Cup', 'BADMINTON');
  const teams = ['Lyon', 'Metz', 'Brest', 'Nancy'].map((name, at) => ({ name, seed: at + 1 }));
  const entered = await organiser.call('POST', '/api/teams', { tournamentID: cup.id, teams });
  await organiser.call('PUT', `/api/tournaments/${cup.id}/format`, { stages: [{ key: 'ko', kind: 'knockout' }] });
  const { token } = await organiser.call('POST', `/api/tournaments/${cup.id}/draw`, { mode: 'ranks' });
  await organiser.call('POST', `/api/tournaments/${cup.id}/draw`, { accept: token });
  return entered;
}

async function desk(options) {
  const page = await visit(venue, options);
  await keepLogIn(page, await logInAs(venue));
  await page.goto('/desk');
  return page;
}

const item = (page, key) => page.locator(`.control-item[data-key="${key}"]`);

test('a day is planned, published and called, and its team and the TV see it at once', async () => {
  const [lyon] = await openHall();
  const page = await desk({ size: LAPTOP, timezoneId: 'Europe/Paris' });
  const team = await visit(venue, { size: PHONE, timezoneId: 'America/New_York' });
  await team.goto(`/team?id=${lyon.id}`);
  await team.getByText('Time and court are not known yet').waitFor();
  const tv = await visit(venue, { size: TV });
  await tv.goto('/tv');

  // The zone is asked first, and is that of the organiser's browser.
  await press(page, 'Settings');
  assert.equal(await page.getByLabel('Time zone of the hall').inputValue(), 'Europe/Paris');
  await page.getByLabel('First match from').fill('10:30');
  await press(page, 'Save');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.getByLabel('Day').fill('2040-05-12');
  await press(page, 'Plan the day');
  await page.getByText('3 matches get another place.').waitFor();
  await audit(page, 'a plan that is proposed');
  await press(page, 'Take this plan');
  await expectText(item(page, 'SF1').locator('.control-head strong'), /^10:30$/);
  await audit(page, 'the control desk');
  assert.equal(await team.locator('.day-time').first().innerText(), '–');
  await press(page, 'Publish');
  // In the hall's time, whatever the phone's is.
  await expectText(team.locator('.day-time').first(), /^10:30$/);
  await team.locator('.day-next-place', { hasText: 'Court' }).waitFor();
  await audit(team, 'the day of a team');
  await tv.getByText('At 10:30: Lyon against Nancy').waitFor();

  await press(item(page, 'SF1'), 'Soon: Lyon against Nancy');
  await press(item(page, 'SF1'), 'Call: Lyon against Nancy');
  await team.locator('.day-next .chip', { hasText: 'Called to the court' }).waitFor();
  await tv.getByText('Called to the court: Lyon against Nancy').waitFor();
  await item(page, 'SF1').locator('.control-status', { hasText: 'Called' }).waitFor();
});

test('a match is moved where it clashes with nothing, and what it clashes with elsewhere is said', async () => {
  await openHall();
  await organiser.call('PATCH', '/api/plan/settings', { timeZone: 'Europe/Paris' });
  const page = await desk({ size: PHONE });
  await page.getByLabel('Day').fill('2040-05-12');
  await press(page, 'Plan the day');
  await press(page, 'Take this plan');
  const last = item(page, 'F');
  await last.getByRole('button', { name: /^Move/ }).click();
  await page.getByLabel('Time', { exact: true }).fill('09:05');
  await page.locator('.control-own button').click();
  await page.getByText('It is not decided by then who plays').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Move all the same' }).isVisible(), false);
  await audit(page, 'a move that clashes');
  const free = page.locator('.control-places button').first();
  const [, time] = /, (\d\d:\d\d)/.exec(await free.innerText());
  await free.click();
  await page.locator('dialog').waitFor({ state: 'detached' });
  await last.getByRole('button', { name: /^Lock/ }).click();
  await last.getByText('locked').waitFor();
  assert.equal(await last.locator('.control-head strong').innerText(), time);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, 'the desk scrolls sideways');
});

test('a time of day is a moment of its zone, also around a change of summer time', () => {
  for (const [day, time, zone, moment] of [
    ['2040-05-12', '10:30', 'Asia/Kolkata', '2040-05-12T05:00:00.000Z'],
    ['2026-03-29', '01:30', 'Europe/Paris', '2026-03-29T00:30:00.000Z'],
    ['2026-03-29', '03:30', 'Europe/Paris', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25', '12:00', 'Europe/Paris', '2026-10-25T11:00:00.000Z'],
    ['2026-07-01', '23:59', 'America/New_York', '2026-07-02T03:59:00.000Z'],
    ['2026-07-01', '00:00', 'UTC', '2026-07-01T00:00:00.000Z'],
  ])
    assert.equal(momentOf(day, time, zone), moment, `${day} ${time} ${zone}`);
});
