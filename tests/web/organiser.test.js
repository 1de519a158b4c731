/** The organiser hands courts and matches to referees. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { LAPTOP, PHONE, Venue } from './venue.js';
import { audit, closeBrowser, endVisits, openBrowser, saved, startMatch, tapHalf, visit } from './visits.js';

let venue;

before(openBrowser);
after(closeBrowser);
beforeEach(async () => (venue = await Venue.open()));
afterEach(async () => {
  await venue.close();
  await endVisits();
});

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

async function organiserAt(size = LAPTOP) {
  const page = await visit(venue, { size });
  await page.goto('/');
  await press(page, 'Organiser');
  await page.getByLabel('PIN').fill(venue.pin);
  await press(page, 'Log in');
  await page.getByRole('button', { name: 'New match' }).waitFor();
  return page;
}

test('courts are made, a match is put on one, and the printed code scores it', async () => {
  const organiser = await venue.organiser();
  await organiser.tournament('Spring Open', 'BADMINTON');
  const page = await organiserAt();
  await press(page, 'Courts');
  for (const name of ['Court 1', 'Court 2']) {
    await page.getByLabel('Name of a new court').fill(name);
    await press(page, 'Add court');
    await page.locator('.court-name').filter({ hasText: name }).waitFor();
  }
  await audit(page, 'the courts');
  await press(page, 'Print a sheet for all courts');
  await press(page, 'Make new codes');
  await page.locator('.slip').nth(1).waitFor();
  await audit(page, 'the sheet');
  const code = await page.locator('.slip .code-typed').first().innerText();
  assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  await press(page, 'New match');
  await page.getByLabel('First side').fill('Lyon');
  await page.getByLabel('Second side').fill('Paris');
  await page.getByLabel('Court', { exact: true }).selectOption('Court 1');
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await page.getByRole('dialog').getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('match-card').getByText('Court 1').waitFor();

  const referee = await visit(venue, { size: PHONE });
  await referee.goto('/score');
  await referee.getByRole('textbox').fill(code);
  await press(referee, 'Go');
  await startMatch(referee);
  await tapHalf(referee, 'Lyon');
  await saved(referee);
});

test('a new code sends away who scores by the old one, and a deleted court leaves its match', async () => {
  const organiser = await venue.organiser();
  const court = await organiser.call('POST', '/api/courts', { name: 'Court 1' });
  const { refereeToken } = await organiser.call('POST', `/api/courts/${court.id}/referee-token`);
  const sides = { A: { name: 'Lyon' }, B: { name: 'Paris' } };
  const match = await organiser.call('POST', '/api/matches', { sport: 'BADMINTON', sides, courtID: court.id });
  const referee = await visit(venue, { size: PHONE });
  await referee.goto(`/score?court=${court.id}#token=${refereeToken}`);
  await startMatch(referee);
  await tapHalf(referee, 'Lyon');
  await saved(referee);
  const page = await organiserAt(PHONE);
  await press(page, 'Courts');
  await page.locator('.courts').getByRole('button', { name: 'Referee code' }).click();
  await press(page, 'Make new codes');
  await page.locator('.slip').waitFor();
  await referee.getByText('This code has been replaced.').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.courts').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('1 not yet over').waitFor();
  await page.getByRole('dialog').last().getByRole('button', { name: 'Delete' }).click();
  await page.locator('.courts li').waitFor({ state: 'detached' });
  const { courtID } = await organiser.call('GET', `/api/matches/${match.id}`);
  assert.equal(courtID, null);
});

test('the desk shows who scores each match, and moves a match to another court', async () => {
  const organiser = await venue.organiser();
  const court = await organiser.call('POST', '/api/courts', { name: 'Court 1' });
  const sides = { A: { name: 'Lyon' }, B: { name: 'Paris' } };
  const match = await organiser.call('POST', '/api/matches', { sport: 'BADMINTON', sides });
  const page = await organiserAt(PHONE);
  await press(page, 'Desk');
  await page.getByText('No referee has opened it yet.').waitFor();
  const referee = await visit(venue, { size: PHONE });
  const told = referee.waitForResponse((response) => response.url().endsWith('/device'));
  await referee.goto(`/score?match=${match.id}#token=${match.refereeToken}`);
  await told;
  await page.getByText(/Linux · keeps the score/).waitFor();
  await audit(page, 'the desk');
  const moved = page.waitForResponse((response) => response.request().method() === 'PATCH');
  await page.getByLabel('Court of Lyon against Paris').selectOption('Court 1');
  assert.equal((await moved).status(), 200);
  assert.equal((await organiser.call('GET', `/api/matches/${match.id}`)).courtID, court.id);
  await referee.close({ runBeforeUnload: false });
  await page.getByText(/Linux · gone/).waitFor();
});
