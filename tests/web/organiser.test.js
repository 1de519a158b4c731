/** The organiser hands courts and matches to referees. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

const go = (page, name) => page.getByRole('link', { name, exact: true }).click();
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
  await go(page, 'Courts');
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

  await go(page, 'All matches');
  await press(page, 'New match');
  await page.getByLabel('First side').fill('Lyon');
  await page.getByLabel('Second side').fill('Paris');
  await page.getByRole('dialog').getByLabel('Court', { exact: true }).selectOption('Court 1');
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
  await go(page, 'Courts');
  await page.locator('.courts').getByRole('button', { name: 'Scorer code' }).click();
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

/** A venue with a tournament, and some matches of it that are being played. */
async function tournamentWith(pairs) {
  const organiser = await venue.organiser();
  const cup = await organiser.tournament('Spring Open', 'BADMINTON');
  const matches = [];
  for (const [a, b] of pairs) matches.push(await organiser.match(cup, a, b));
  return { organiser, cup, matches };
}

const manage = (page, name) => page.getByRole('button', { name: new RegExp(`^Manage: ${name}`) }).click();
const scoreShown = (page, words) => page.locator('.manage-score').filter({ hasText: words }).waitFor();

test('an organiser corrects a score, takes it back, ends, reopens and enters a match from paper', async () => {
  const { organiser, matches } = await tournamentWith([['Lyon', 'Paris']]);
  const page = await organiserAt();
  await manage(page, 'Lyon');
  for (let n = 1; n <= 2; n++) {
    await press(page, 'Add a point: Lyon');
    await scoreShown(page, `Points: ${n} – 0`);
  }
  await press(page, 'Take a point back: Lyon');
  await scoreShown(page, 'Points: 1 – 0');
  await page.getByRole('button', { name: 'Undo: Point taken from Lyon' }).click();
  await scoreShown(page, 'Points: 2 – 0');
  await audit(page, 'the organiser’s match');
  assert.equal(await page.getByRole('button', { name: 'Did not come: Paris' }).isVisible(), false);
  await press(page, 'Retires: Paris');
  await press(page.getByRole('dialog').last(), 'Finish match');
  await press(page, 'Reopen the match');
  await scoreShown(page, 'Points: 2 – 0');
  await press(page, 'Enter a result from paper');
  await page.getByLabel('Score by set').fill('21-19 21-15');
  await press(page, 'Enter this score');
  await scoreShown(page, 'Lyon 2 – 0 Paris');
  const { state } = await organiser.call('GET', `/api/matches/${matches[0].id}`);
  assert.equal(state.status, 'finished');
  assert.equal(state.winner, 'A');
  await press(page, 'Reopen the match');
  await scoreShown(page, 'Points: 2 – 0');
});

test('an organiser disqualifies a side, and finishes a match as it stands', async () => {
  const { organiser, matches } = await tournamentWith([['Lyon', 'Paris'], ['Metz', 'Nancy']]);
  const [first, second] = matches;
  const page = await organiserAt(PHONE);
  await organiser.publish(first, { type: 'point', side: 'B' });
  await manage(page, 'Lyon');
  await press(page, 'Disqualified: Paris');
  await page.getByText('Paris: Disqualified').waitFor();
  await press(page.getByRole('dialog').last(), 'Finish match');
  await page.getByRole('button', { name: 'Reopen the match' }).waitFor();
  const one = await organiser.call('GET', `/api/matches/${first.id}`);
  assert.deepEqual([one.state.winner, one.state.reason], ['A', 'disqualified']);
  await page.keyboard.press('Escape');

  await organiser.publish(second, { type: 'point', side: 'B' });
  await manage(page, 'Metz');
  await page.getByRole('dialog').getByRole('button', { name: 'Finish match' }).click();
  await page.getByText('Metz 0 – 0 Nancy', { exact: true }).last().waitFor();
  await page.getByRole('dialog').last().getByRole('button', { name: 'Finish match' }).click();
  await page.getByRole('button', { name: 'Reopen the match' }).waitFor();
  assert.equal((await organiser.call('GET', `/api/matches/${second.id}`)).state.winner, 'B');
});

test('a score from paper of a timed sport says if it is the last, and what was kicks', async () => {
  const organiser = await venue.organiser();
  const cup = await organiser.tournament('Cup', 'FOOTBALL');
  const match = await organiser.match(cup, 'Lyon', 'Paris');
  const page = await organiserAt();
  await manage(page, 'Lyon');
  await press(page, 'Enter a result from paper');
  await page.getByLabel('Score by period').fill('1-0 1-2');
  await page.getByLabel('Is this the final score?').selectOption('No, play goes on');
  await press(page, 'Enter this score');
  await scoreShown(page, 'Lyon 2 – 2 Paris');
  assert.equal((await organiser.call('GET', `/api/matches/${match.id}`)).state.status, 'live');
  await press(page, 'Enter a result from paper');
  await page.getByLabel('Score by period').fill('1-0 1-2 2-4');
  await page.getByLabel('Is this the final score?').selectOption('Yes, the match is over');
  await press(page, 'Enter this score');
  await scoreShown(page, 'Lyon 2 – 2 (Penalty shoot-out 2–4) Paris');
  const { state } = await organiser.call('GET', `/api/matches/${match.id}`);
  assert.deepEqual([state.status, state.winner, state.phase], ['finished', 'B', 'shootout']);
});

test('a set that was forgotten on the way from paper is asked about', async () => {
  const { organiser, matches } = await tournamentWith([['Lyon', 'Paris']]);
  const page = await organiserAt();
  await manage(page, 'Lyon');
  await press(page, 'Enter a result from paper');
  await page.getByLabel('Score by set').fill('21-19');
  await press(page, 'Enter this score');
  await press(page, 'No, play goes on');
  await scoreShown(page, 'Lyon 1 – 0 Paris');
  assert.equal((await organiser.call('GET', `/api/matches/${matches[0].id}`)).state.status, 'live');
});

test('a score that the rules do not know asks if the match is over with it', async () => {
  const { organiser, matches } = await tournamentWith([['Lyon', 'Paris']]);
  const page = await organiserAt(PHONE);
  await manage(page, 'Lyon');
  await press(page, 'Enter a result from paper');
  await page.getByLabel('Score by set').fill('30-8');
  await press(page, 'Enter this score');
  await press(page, 'Enter it all the same');
  await press(page, 'Yes, the match is over');
  await scoreShown(page, 'Paris');
  await page.getByRole('button', { name: 'Reopen the match' }).waitFor();
  const { state } = await organiser.call('GET', `/api/matches/${matches[0].id}`);
  assert.deepEqual([state.status, state.winner], ['finished', 'A']);
});

test('the rules of the day are chosen in words, by the first day, and changed until a match has begun', async () => {
  const organiser = await venue.organiser();
  const page = await organiserAt();
  const sentence = (words) => page.locator('.rules-sentence').filter({ hasText: words }).waitFor();
  await press(page, 'New tournament');
  await page.getByLabel('Name', { exact: true }).fill('New Year');
  await page.getByRole('dialog').getByLabel('Sport', { exact: true }).selectOption('Badminton');
  await page.getByLabel('First day').fill('2026-12-31');
  await sentence('Best of 3, to 21, 2 ahead, at most 30');
  await page.getByLabel('First day').fill('2027-01-10');
  await sentence('Best of 3, to 15, 2 ahead, at most 21');
  await audit(page, 'a new tournament');
  await page.getByLabel('Rules of the day').selectOption('Change some of them');
  await page.getByLabel('Best of how many').fill('1');
  await sentence('To 15, 2 ahead, at most 21');
  await page.getByRole('dialog').getByRole('button', { name: 'Create tournament' }).click();
  await page.getByText('No team is entered yet.').waitFor();
  await go(page, 'All matches');
  const [cup] = await organiser.call('GET', '/api/tournaments');
  assert.deepEqual([cup.startsOn, cup.variant, cup.rules], ['2027-01-10', 'to_15', { match: { best_of: 1 } }]);

  const football = await organiser.call('POST', '/api/tournaments', { name: 'Cup', sport: 'FOOTBALL' });
  const change = async (label, choose) => {
    await press(page, 'Tournaments');
    await press(page, 'Rules: Cup');
    await choose(page.getByLabel(label));
    await press(page, 'Save');
    await page.getByLabel(label).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    return organiser.call('GET', `/api/tournaments/${football.id}`);
  };
  const short = await change('Minutes of each', (input) => input.fill('10'));
  assert.deepEqual(short.rules, { period: { minutes: 10 } });
  const without = await change('Extra time when level', (input) => input.selectOption('No'));
  assert.equal(without.rules.extra, 'none');
  const again = await change('Extra time when level', (input) => input.selectOption('Yes'));
  const match = await organiser.match(again, 'Lyon', 'Paris');
  const { rules } = await organiser.call('GET', `/api/matches/${match.id}`);
  assert.deepEqual([rules.period.minutes, rules.extra.minutes], [10, 15]);
  await organiser.publish(match, { type: 'start' });
  await press(page, 'Tournaments');
  await press(page, 'Rules: Cup');
  await page.getByLabel('Minutes of each').fill('12');
  await sentence('2 × 12 min');
  await press(page, 'Save');
  await page.getByText('its sport and its rules stay as they are').waitFor();
});

test('names and court of a match are changed, and deleting says what goes with it', async () => {
  const { organiser, matches } = await tournamentWith([['Lyon', 'Paris']]);
  await organiser.call('POST', '/api/courts', { name: 'Court 1' });
  const page = await organiserAt(PHONE);
  await manage(page, 'Lyon');
  await press(page, 'Change names or court');
  await page.getByLabel('First side').fill('Lyon 2');
  await page.getByRole('dialog').getByLabel('Court', { exact: true }).selectOption('Court 1');
  await press(page, 'Save');
  await page.locator('match-card').getByText('Lyon 2').first().waitFor();
  await page.locator('match-card').getByText('Court 1').waitFor();
  await manage(page, 'Lyon 2');
  await press(page, 'Delete match');
  await page.getByText('Lyon 2 against Paris disappears from all pages, with 0 entries').waitFor();
  await press(page, 'Keep it');
  assert.equal(await page.locator('match-card').count(), 1);
  await press(page, 'Delete match');
  await press(page, 'Delete');
  await page.locator('match-card').waitFor({ state: 'detached' });
  await assert.rejects(organiser.call('GET', `/api/matches/${matches[0].id}`), /404/);
});

test('teams are taken from a CSV file of a spreadsheet, renamed in their matches and taken out', async () => {
  const { organiser, cup } = await tournamentWith([['Élan Chalon', 'Paris']]);
  const page = await organiserAt();
  await press(page, 'Tournaments');
  await go(page, 'Teams: Spring Open');
  // Who was named in a match is a team already.
  const team = (name) => page.locator('.team-name', { hasText: name });
  await team('Paris').waitFor();
  // As Excel saves it in France: semicolons, Windows' letters and line ends, numbers before the names.
  const rows = ['N°;Équipe;Ville', '1;Élan Chalon;Chalon', '2;"Paris ; Nord";Paris', '3;Élan Chalon;Chalon'];
  const buffer = Buffer.from(rows.join('\r\n'), 'latin1');
  await page.getByLabel('Or take them from a CSV file').setInputFiles({ name: 'teams.csv', mimeType: 'text/csv', buffer });
  assert.deepEqual(await page.locator('.found li').allInnerTexts(), ['Élan Chalon', 'Paris ; Nord']);
  await audit(page, 'the teams');
  await press(page, 'Enter 2 teams');
  await page.getByText('2 teams are entered.').waitFor();
  await press(page, 'Edit: Élan Chalon');
  await page.getByLabel('Name', { exact: true }).fill('Élan 2');
  await press(page, 'Save');
  await team('Élan 2').waitFor();
  await press(page, 'Edit: Paris ; Nord');
  await press(page, 'Take this team out');
  await press(page, 'Delete');
  await team('Paris ; Nord').waitFor({ state: 'detached' });
  // The look at the clock comes last: a page that still loads its script would miss the server.
  const looked = page.waitForResponse('**/api/venue');
  await go(page, 'All matches');
  await page.locator('match-card').getByText('Élan 2').first().waitFor();
  await looked;
  const teams = await organiser.call('GET', `/api/teams?tournamentID=${cup.id}`);
  assert.deepEqual(teams.map(({ name }) => name), ['Élan 2', 'Paris']);
});

test('a page for organisers asks for the log-in, and goes on in the language that is chosen', async () => {
  const organiser = await venue.organiser();
  await organiser.call('POST', '/api/courts', { name: 'Court 1' });
  const page = await visit(venue, { size: PHONE });
  await page.goto('/teams?tournament=00000000-0000-7000-8000-000000000000');
  await page.getByText('There is no such tournament.').waitFor();
  await page.goto('/courts');
  await page.getByText('This page is for organisers. Please log in.').waitFor();
  await audit(page, 'a page before the log-in');
  await press(page, 'Organiser');
  await page.getByLabel('PIN').fill(venue.pin);
  await press(page, 'Log in');
  await page.locator('.court-name').getByText('Court 1').waitFor();
  await page.getByLabel('Language').selectOption('fr');
  await page.getByRole('button', { name: 'Ajouter', exact: true }).waitFor();
  await page.locator('.court-name').getByText('Court 1').waitFor();
});

test('a new tournament leads to its teams, and from them to its first match', async () => {
  const page = await organiserAt(PHONE);
  await press(page, 'New tournament');
  await page.getByLabel('Name', { exact: true }).fill('Spring Open');
  await page.getByRole('dialog').getByRole('button', { name: 'Create tournament' }).click();
  await page.getByRole('heading', { name: 'Teams of Spring Open' }).waitFor();
  await page.getByLabel('Add teams').fill('Lyon\nMetz');
  await press(page, 'Enter 2 teams');
  await page.getByText('2 teams are entered.').waitFor();
  await press(page, 'New match');
  await page.getByLabel('First side').fill('Lyon');
  await page.getByLabel('Second side').fill('Metz');
  await press(page, 'Create match');
  await page.getByRole('img', { name: 'QR code for the scorer of Lyon against Metz' }).waitFor();
});

test('a tournament is renamed everywhere, and deleting it says what goes with it', async () => {
  const { organiser, cup } = await tournamentWith([['Lyon', 'Paris'], ['Metz', 'Nancy']]);
  await organiser.call('POST', '/api/teams', { tournamentID: cup.id, names: ['Lyon', 'Paris', 'Metz', 'Nancy'] });
  const page = await organiserAt(PHONE);
  await press(page, 'Tournaments');
  await press(page, 'Rename: Spring Open');
  await page.getByLabel('Name', { exact: true }).fill('Summer Open');
  await press(page, 'Rename');
  await page.locator('match-card').getByText('Summer Open').first().waitFor();
  await audit(page, 'the tournaments');
  await press(page, 'Delete: Summer Open');
  await page.getByText('2 matches, 4 teams').waitFor();
  await press(page, 'Delete');
  await page.getByText('There is no tournament yet.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'No matches yet' }).waitFor();
});

test('a court is renamed, and the box tells how it is and prints a poster for guests', async () => {
  const organiser = await venue.organiser();
  await organiser.call('POST', '/api/courts', { name: 'Court 1' });
  await organiser.tournament('Spring Open', 'BADMINTON');
  const page = await organiserAt();
  await go(page, 'Courts');
  await press(page, 'Rename: Court 1');
  await page.getByLabel('Name', { exact: true }).fill('Centre court');
  await page.getByRole('dialog').last().getByRole('button', { name: 'Rename' }).click();
  await page.locator('.court-name').getByText('Centre court').waitFor();
  await go(page, 'All matches');
  await press(page, 'This box');
  await page.getByText('Everything is being saved').waitFor();
  await page.getByText(/free of/).waitFor();
  await page.getByLabel('Name of the network').fill('Hall; guests');
  await page.getByLabel('Password').fill('shuttle');
  await audit(page, 'the box');
  await press(page, 'Poster for guests');
  const code = page.getByRole('img', { name: 'QR code to join the Wi-Fi Hall; guests' });
  await code.and(page.locator('[src]')).waitFor();
  await audit(page, 'the poster');
});

test('a clock that is a minute off is told on the dashboard, and less is how clocks are', async () => {
  const page = await organiserAt();
  const hint = page.getByRole('button', { name: 'The clock of the box is wrong' });
  // The page's clock is held while the box's goes on: by less than ten seconds, or the machine is too busy to tell.
  for (const off_s of [50, 75, -45, -65]) {
    const wrong = Math.abs(off_s) > 60;
    await page.clock.setFixedTime(Date.now() + off_s * 1000);
    const looked = page.waitForResponse('**/api/venue');
    await page.reload();
    await looked;
    await page.getByRole('button', { name: 'This box' }).waitFor();
    if (wrong) await hint.waitFor();
    await press(page, 'This box');
    await page.getByText('Everything is being saved').waitFor();
    assert.equal(await page.getByText('differs from this device’s').isVisible(), wrong, `${off_s} s, in the dialog`);
    await page.keyboard.press('Escape');
    assert.equal(await hint.isVisible(), wrong, `${off_s} s`);
  }
});

test('a box with a wrong clock says so, and is set by the organiser’s device', async () => {
  const page = await organiserAt(PHONE);
  // The device is right and the box is behind, as far as the two can tell.
  const ahead_ms = 3 * 365 * 24 * 3_600_000;
  await page.clock.install({ time: Date.now() + ahead_ms });
  await page.reload();
  const hint = page.getByRole('button', { name: 'The clock of the box is wrong' });
  await hint.waitFor();
  await audit(page, 'the dashboard of a box with a wrong clock');
  await hint.click();
  await page.getByText('differs from this device’s').waitFor();
  await audit(page, 'the box with a wrong clock');
  await press(page, 'Set the box’s clock by this device');
  await page.getByText('The box now has the time of this device.').waitFor();
  await page.getByText('differs from this device’s').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await hint.waitFor({ state: 'hidden' });
  const organiser = await venue.organiser();
  const { box } = await organiser.call('GET', '/api/venue');
  assert.ok(Math.abs(Date.parse(box.now) - Date.now() - ahead_ms) < 60_000, box.now);
});

test('the box lists the devices that are logged in, and one that is ended must log in again', async () => {
  const page = await organiserAt();
  const lost = await organiserAt(PHONE);
  await press(page, 'This box');
  const devices = page.locator('.rights li');
  await devices.filter({ hasText: 'this device' }).waitFor();
  assert.equal(await devices.count(), 2);
  assert.match(await devices.first().innerText(), /Chrome on Linux/);
  assert.equal(await devices.filter({ hasText: 'this device' }).getByRole('button').count(), 0, 'that is what logging out is for');
  await audit(page, 'the logged-in devices');
  await devices.getByRole('button').click();
  await devices.nth(1).waitFor({ state: 'detached' });
  await press(lost, 'This box');
  await lost.getByText('Your log-in has ended').first().waitFor();
});

test('a browser that lost its token, and has only the cookie, is asked to log in again', async () => {
  const page = await organiserAt();
  await page.evaluate(() => localStorage.removeItem('courtside:login'));
  await page.reload();
  await page.getByRole('button', { name: 'Organiser', exact: true }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'New match' }).count(), 0);
});

test('a match that was left aside at the start is shown in the box, and is opened or deleted there', async () => {
  const organiser = await venue.organiser();
  const match = await organiser.match(await organiser.tournament('Spring Open', 'BADMINTON'), 'Lyon', 'Metz');
  // As a start that ended while it read this match leaves it.
  await venue.kill();
  await writeFile(join(venue.data, 'taking-up'), match.matchID ?? match.id);
  await venue.start();
  const spectator = await visit(venue, { size: PHONE });
  await spectator.goto(`/match?id=${match.id}`);
  await spectator.getByRole('alert').getByText('This match was left aside').waitFor();
  await audit(spectator, 'a match that was left aside');
  const referee = await visit(venue, { size: PHONE });
  await referee.goto(`/score?match=${match.id}#token=${match.refereeToken}`);
  await referee.getByText('This match was left aside').waitFor();
  assert.equal(await referee.getByText('every tap is kept').count(), 0, 'nothing can be scored');
  await audit(referee, 'the pad of a match that was left aside');
  const page = await organiserAt(PHONE);
  await press(page, 'This box');
  const aside = page.locator('.left-aside');
  await aside.getByText('Matches that were left aside').waitFor();
  await audit(page, 'the box with a match that was left aside');
  await press(page, 'Delete match');
  await press(page, 'Keep it');
  await aside.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByText('The match is open again.').waitFor();
  await aside.waitFor({ state: 'hidden' });
  await press(spectator, 'Try now');
  await spectator.locator('score-board').getByText('Lyon').first().waitFor();
  await spectator.getByRole('alert').waitFor({ state: 'hidden' });
});

test('This box tells of somebody who guesses the PIN, and Screens where each TV is', async () => {
  const guess = () =>
    fetch(`${venue.url}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"pin":"0"}' });
  const page = await organiserAt();
  for (let tries = 0; tries < 12; tries++) await guess();
  await press(page, 'This box');
  const told = page.getByText(/Somebody is guessing the PIN or a code: 1\d tries, .*from 127\.0\.0\.1/);
  await told.waitFor();
  await audit(page, 'a siege');
  await page.keyboard.press('Escape');
  const tv = await visit(venue, { size: LAPTOP });
  await tv.goto('/tv');
  await go(page, 'Screens');
  await page.getByText('at 127.0.0.1').waitFor();
  await audit(page, 'a screen');
});
