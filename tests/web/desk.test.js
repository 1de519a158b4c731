/** The day of the hall from its pages: planned, published, called and moved, and seen by a team and on the TV. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { momentInHall, momentOf } from '../../static/organise/desk/moment.js';
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
  await card(page, 'SF1').getByText('Called', { exact: true }).waitFor();
});

test('the next call is one press, and a match that begins is on its court by itself', async () => {
  await openDay();
  const page = await desk({ size: LAPTOP });
  const next = page.locator('.desk-next-call');
  await expectText(next, /^Call .* to Court [12]$/);
  await page.getByText(/^Then /).waitFor();
  await audit(page, 'a match to call');
  const first = await next.innerText();
  await next.click();
  await page.locator('.desk-card', { hasText: 'Called' }).waitFor();
  await page.waitForFunction((before) => document.querySelector('.desk-next-call').textContent !== before, first);
  await expectText(next, /^Call .* to Court [12]$/);
  // The second tap of one finger calls nobody.
  await expectText(next.and(page.locator(':not([data-guarded])')), /^Call /);
  await next.click();
  // Both courts are taken: there is nobody to call.
  await page.getByText('Nobody is to be called now.').waitFor();
  const { matches } = await organiser.call('GET', '/api/plan');
  const called = matches.filter(({ call }) => call === 'called');
  assert.deepEqual(called.map(({ courtID }) => courtID).sort(), courts.map(({ id }) => id).sort());
  await organiser.publish({ id: called[0].matchID }, [{ type: 'start' }, { type: 'point', side: 'A' }]);
  const live = card(page, called[0].key);
  await live.and(page.locator('[data-status="live"]')).waitFor();
  await expectText(live.locator('.desk-points').first(), /^1$/);
  const alert = page.locator('.desk-alert', { hasText: 'nobody keeps the score' }).first();
  await alert.getByRole('button', { name: 'Scorer code' }).click();
  await page.getByRole('button', { name: 'New code' }).waitFor();
});

test('a match is moved by two taps, and what it clashes with elsewhere is said', async () => {
  await openDay();
  const page = await desk({ size: PHONE, hasTouch: true });
  const before = await planned('F');
  const chosen = page.locator('.desk-strip-court', { hasText: courts.find(({ id }) => id === before.courtID).name });
  await chosen.click();
  await row(page, 'F').getByRole('button', { name: /^Move/ }).click();
  await page.locator('.desk-place:visible').first().waitFor();
  await audit(page, 'the places of a match');
  // Before its semi-finals nobody is known.
  await press(page, 'Somewhere else');
  await page.getByLabel('Time', { exact: true }).fill('09:05');
  await page.getByRole('dialog').getByRole('button', { name: 'Move' }).click();
  await page.getByText('It is not decided by then who plays').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Move all the same' }).isVisible(), false);
  await audit(page, 'a move that clashes');
  await page.locator('.desk-strip-court[data-open][aria-pressed="false"]').first().click();
  const place = page.locator('.desk-place:visible').last();
  const at = await place.getAttribute('data-at');
  await place.click();
  await page.locator('.desk-moving').waitFor({ state: 'hidden' });
  assert.equal((await planned('F')).at, at);
  await row(page, 'F').filter({ visible: true }).waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, 'the desk scrolls sideways');
});

test('a match is dragged to another court, and moved by keys', async () => {
  await openDay();
  const page = await desk({ size: LAPTOP });
  const before = await planned('F');
  const other = courts.find(({ id }) => id !== before.courtID);
  const from = await row(page, 'F').locator('.desk-sides').boundingBox();
  await page.mouse.move(from.x + 20, from.y + 5);
  await page.mouse.down();
  await page.mouse.move(from.x + 60, from.y + 30);
  const place = column(page, other.name).locator('.desk-place').last();
  await place.waitFor();
  const to = await place.boundingBox();
  await page.mouse.move(to.x + 20, to.y + 10, { steps: 4 });
  await place.and(page.locator('.aimed')).waitFor();
  const at = await place.getAttribute('data-at');
  await page.mouse.up();
  await column(page, other.name).locator('[data-key="F"]').waitFor();
  const dragged = await planned('F');
  assert.deepEqual([dragged.courtID, dragged.at], [other.id, at]);

  // Back with the keys, from the match to a place of the other court.
  await row(page, 'F').getByRole('button', { name: /^Manage/ }).focus();
  await page.keyboard.press('m');
  await page.locator('.desk-place:focus').waitFor();
  const courtOfFocus = () => page.evaluate(() => document.activeElement.closest('[data-court]')?.dataset.court);
  if ((await courtOfFocus()) !== before.courtID) await page.keyboard.press(other.name === 'Court 1' ? 'ArrowRight' : 'ArrowLeft');
  assert.equal(await courtOfFocus(), before.courtID);
  await page.keyboard.press('Escape');
  await page.locator('.desk-place').first().waitFor({ state: 'detached' });
  assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^Manage: /);
  await page.keyboard.press('m');
  await page.locator('.desk-place:focus').waitFor();
  if ((await courtOfFocus()) !== before.courtID) await page.keyboard.press(other.name === 'Court 1' ? 'ArrowRight' : 'ArrowLeft');
  await page.keyboard.press('Enter');
  await page.locator('.desk-moving').waitFor({ state: 'hidden' });
  assert.equal((await planned('F')).courtID, before.courtID);
});

test('several matches are chosen, moved one after the other and locked, while somebody else works', async () => {
  await openDay();
  const free = await organiser.call('POST', '/api/courts', { name: 'Court 3' });
  const page = await desk({ size: LAPTOP });
  const other = await desk({ size: LAPTOP });
  const { matches } = await organiser.call('GET', `/api/plan?day=${DAY}`);
  const quarters = matches.filter(({ key, courtID }) => key.startsWith('QF') && courtID === courts[0].id);
  assert.equal(quarters.length, 2);
  const [one, two] = quarters;
  await row(page, one.key).getByRole('checkbox').check();
  await row(page, two.key).getByRole('checkbox').click({ modifiers: ['Shift'] });
  await page.getByText('2 matches chosen').waitFor();

  // Somebody else locks the final, and calls a match: the choice and the focus stay.
  await row(other, 'F').getByRole('checkbox').check();
  await press(other, 'Lock');
  await row(page, 'F').locator('.desk-locked').waitFor();
  const elsewhere = matches.find(({ key, courtID }) => key.startsWith('QF') && courtID === courts[1].id);
  await organiser.call('POST', `/api/matches/${elsewhere.matchID}/call`, { state: 'called' });
  await card(page, elsewhere.key).waitFor();
  await page.getByText('2 matches chosen').waitFor();
  assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), new RegExp(`^Choose: `));
  await audit(page, 'matches that are chosen');

  await page.locator('.desk-hand').getByRole('button', { name: 'Move', exact: true }).click();
  await column(page, 'Court 3').getByRole('button', { name: 'Court 3, 09:00' }).click();
  await page.locator('.desk-moving').waitFor({ state: 'hidden' });
  const [first, second] = [await planned(one.key), await planned(two.key)];
  assert.deepEqual([first.courtID, second.courtID], [free.id, free.id]);
  assert.equal(Date.parse(first.at), Date.parse(`${DAY}T09:00:00Z`));
  assert.ok(Date.parse(second.at) >= Date.parse(first.at) + first.minutes * 60_000, 'one after the other');
});

test('a court that runs late is told, in the language of the reader', async () => {
  await openDay();
  const [{ matchID, courtID }] = (await organiser.call('GET', '/api/plan')).matches;
  await organiser.call('POST', `/api/matches/${matchID}/call`, { state: 'called', courtID });
  await organiser.publish({ id: matchID }, { type: 'start' });
  await organiser.call('PUT', '/api/venue/clock', { now: `${DAY}T10:05:00Z` });
  const page = await desk({ size: LAPTOP });
  const { name } = courts.find(({ id }) => id === courtID);
  const late = column(page, name).locator('.desk-late');
  await expectText(late, /^\+\d\d min$/);
  await page.locator('.desk-alert', { hasText: 'Late: ' }).getByRole('button', { name: 'Running late' }).waitFor();
  await expectText(column(page, name).locator('.desk-expected').first(), /^\d\d:\d\d$/);
  assert.equal(await page.locator('.desk-played').first().getAttribute('data-late'), 'very-late');
  await audit(page, 'a day that runs late');
  await page.getByLabel('Language').selectOption('fr');
  await page.locator('.desk-alert', { hasText: 'En retard : ' }).getByRole('button', { name: 'En retard' }).waitFor();
  await page.getByText(/^6\d sur 30 min$/).waitFor();
  await page.getByRole('button', { name: /^Déplacer : / }).first().waitFor();
});

test('closures, wishes and lengths are kept in the settings', async () => {
  await openDay();
  const page = await desk({ size: LAPTOP });
  await press(page, 'Settings');
  await press(page, 'Add a closure');
  await page.getByLabel('Court', { exact: true }).selectOption('Court 2');
  await page.getByLabel('Closed from').fill('12:00');
  await page.getByLabel('Closed until').fill('11:00');
  await press(page.getByRole('dialog').last(), 'Save');
  await page.getByText('It ends after it begins.').waitFor();
  await page.getByLabel('Closed until').fill('13:00');
  await press(page.getByRole('dialog').last(), 'Save');
  await page.getByText('Court 2, 12 May, 12:00 – 13:00').waitFor();
  await press(page, 'Add a wish');
  await page.getByLabel('For', { exact: true }).selectOption('Match F');
  await page.getByRole('checkbox', { name: 'Court 1' }).check();
  await page.getByLabel('Not before').fill('16:00');
  await audit(page, 'a wish');
  await press(page.getByRole('dialog').last(), 'Save');
  await page.getByText('City Cup, F · Court 1 · from 16:00').waitFor();
  await page.getByLabel('Minutes of a match: Badminton').fill('40');
  await page.getByLabel('Who referees').selectOption('People named here');
  await page.getByLabel('Names of the people who referee').fill('Ann\nBen');
  await audit(page, 'the settings of the plan');
  await press(page, 'Save');
  await page.locator('dialog').waitFor({ state: 'detached' });
  const { settings } = await organiser.call('GET', '/api/plan');
  assert.deepEqual(settings.closures, [{ courtID: courts[1].id, from: `${DAY}T12:00:00Z`, to: `${DAY}T13:00:00Z` }]);
  assert.deepEqual(settings.wishes.map(({ key, courtIDs, notBefore }) => [key, courtIDs, notBefore]), [['F', [courts[0].id], `${DAY}T16:00:00Z`]]);
  assert.deepEqual([settings.minutes, settings.referees], [{ BADMINTON: 40 }, { by: 'people', people: ['Ann', 'Ben'] }]);
  await press(page, 'Settings');
  await page.getByRole('button', { name: /^Remove: Court 2/ }).click();
  await page.getByText('Court 2, 12 May').waitFor({ state: 'detached' });
  assert.deepEqual((await organiser.call('GET', '/api/plan')).settings.closures, []);
});

test('the phones that score are on the desk, and one that is ended is sent away', async () => {
  venue = await Venue.open();
  organiser = await venue.organiser();
  const court = await organiser.call('POST', '/api/courts', { name: 'Court 1' });
  const sides = { A: { name: 'Lyon' }, B: { name: 'Paris' } };
  const match = await organiser.call('POST', '/api/matches', { sport: 'BADMINTON', sides, courtID: court.id });
  await organiser.publish(match, [{ type: 'start' }]);
  const page = await visit(venue, { size: PHONE });
  await keepLogIn(page, await logInAs(venue));
  await page.goto('/desk');
  const now = page.locator('.desk-card');
  await now.getByText('No scorer yet').waitFor();
  const scores = async () => {
    const referee = await visit(venue, { size: PHONE });
    const told = referee.waitForResponse((response) => response.url().endsWith('/device'));
    await referee.goto(`/score?match=${match.id}#token=${match.refereeToken}`);
    await told;
    return referee;
  };
  const first = await scores();
  await now.getByText(/^Linux/).waitFor();
  await first.close({ runBeforeUnload: false });
  await now.getByText(/^Linux · gone/).waitFor();
  const referee = await scores();
  const phone = page.locator('.rights li').filter({ hasText: 'scanned the QR code · connected' });
  await phone.waitFor();
  assert.match(await phone.innerText(), /Lyon/);
  await audit(page, 'the phones that may score');
  await phone.getByRole('button').click();
  await referee.getByText('This code has been replaced').first().waitFor();
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
  const night = { opens: '18:00:00', closes: '02:00:00', timeZone: 'UTC' };
  for (const [time, moment] of [
    ['18:00', '2040-05-12T18:00:00.000Z'],
    ['01:59', '2040-05-13T01:59:00.000Z'],
    ['02:00', '2040-05-12T02:00:00.000Z'],
  ])
    assert.equal(momentInHall(night, '2040-05-12', time), moment, time);
});
