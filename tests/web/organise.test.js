/** A whole tournament run from its page: entries, format, draw, tables, a correction with consequences, decisions, undo. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { keepLogIn, logIn as logInAs, postJson } from './secured.js';
import { LAPTOP, PHONE, Venue } from './venue.js';
import { audit, closeBrowser, endVisits, expectScore, expectText, openBrowser, saved, tapHalf, visit } from './visits.js';
import { Wifi } from './webkit.js';

let venue, organiser;

before(openBrowser);
after(closeBrowser);
afterEach(async () => {
  await venue.close();
  await endVisits();
});

const press = (page, name, within = page) => within.getByRole('button', { name, exact: true }).first().click();
const open = (page, panel) => page.locator(`[data-panel="${panel}"]`).click();

async function openHall(sport = 'FOOTBALL') {
  venue = await Venue.open();
  organiser = await venue.organiser();
  return organiser.tournament('City Cup', sport);
}

async function asOrganiser(path, options = { size: LAPTOP }) {
  const page = await visit(venue, options);
  await keepLogIn(page, await logInAs(venue));
  await page.goto(path);
  return page;
}

const pathOf = ({ id }) => `/tournament?id=${id}`;

/** The matches of a tournament by their keys. */
async function matchesOf({ id }) {
  const matches = await organiser.call('GET', `/api/matches?tournamentID=${id}`);
  return Object.fromEntries(matches.map((match) => [match.key, match]));
}

/** A result from paper. Both sides are known by now. */
async function result(tournament, key, a, b) {
  const known = async () => {
    const { [key]: match } = await matchesOf(tournament);
    return match && !match.sides.A.source && !match.sides.B.source ? match : null;
  };
  let match = await known();
  while (!match) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    match = await known();
  }
  const detail = {
    periods: [
      { A: a, B: b },
      { A: 0, B: 0 },
    ],
  };
  await organiser.call('POST', `/api/matches/${match.id}/events`, { type: 'result', detail });
  await organiser.call('POST', `/api/matches/${match.id}/events`, { type: 'finish' }).catch(() => {});
}

const TEAMS = [
  'Name;Club;Seed',
  'Lyon;AS Lyon;1',
  'Metz;FC Metz;2',
  'Brest;SB;3',
  'Nancy;ASNL;4',
  'Paris;PFC;5',
  'Tours;TFC;6',
  'Dijon;DFCO;7',
  'Reims;SDR;8',
];

/** Enters the teams, chooses two groups and a knockout, draws by rank. */
async function setUp(tournament) {
  const teams = TEAMS.slice(1)
    .map((line) => line.split(';'))
    .map(([name, club, seed]) => ({ name, club, seed: Number(seed) }));
  await organiser.call('POST', '/api/teams', { tournamentID: tournament.id, teams });
  const stages = [
    { key: 'g', kind: 'groups', groups: 2, legs: 1 },
    { key: 'ko', kind: 'knockout', from: { stage: 'g', ranks: 2 }, third_place: true },
  ];
  const at = `/api/tournaments/${tournament.id}`;
  await organiser.call('PUT', `${at}/format`, { stages });
  const { token } = await organiser.call('POST', `${at}/draw`, { mode: 'ranks' });
  await organiser.call('POST', `${at}/draw`, { accept: token });
}

/** The lower line of a group always wins, by a margin that is different for everybody. */
async function playGroups(tournament) {
  const keys = Object.keys(await matchesOf(tournament)).filter((key) => /^[AB]\d/.test(key));
  for (const key of keys) {
    const [, a, b] = key.match(/(\d)-(\d)/).map(Number);
    // Whichever stands first at home: the better one scores more.
    const { [key]: match } = await matchesOf(tournament);
    const [home] = match.sides.A.name === (await homeOf(tournament, key)) ? [true] : [false];
    const margin = 6 - a;
    await result(tournament, key, home ? margin : 0, home ? 0 : margin);
    assert.ok(a < b);
  }
}

/** The side of a pairing with the lower line, by the fixture's own words. */
async function homeOf(tournament, key) {
  const { fixtures } = await organiser.call('GET', `/api/tournaments/${tournament.id}/fixtures`);
  const { a, b } = fixtures.find((fixture) => fixture.key === key);
  const rank = (name) => TEAMS.findIndex((line) => line.startsWith(name));
  return rank(a.name) < rank(b.name) ? a.name : b.name;
}

test('an organiser enters teams, chooses a format, draws by lot, swaps two teams and accepts the draw', async () => {
  const tournament = await openHall();
  const page = await asOrganiser(pathOf(tournament));
  await expectText(page.locator('.next-step'), /Enter the teams/);
  await press(page, 'Do it: Enter the teams.');
  await page.locator('textarea').fill(TEAMS.join('\n'));
  await press(page, 'Enter 8 teams');
  await expectText(page.locator('.panel-lead').first(), /Teams: 8/);
  await page.getByRole('button', { name: 'Present: Lyon' }).click();
  await expectText(page.locator('.panel-lead').first(), /Present: 1/);
  await audit(page, 'the entries');

  await page.locator('.next-step').getByRole('button').first().click();
  const proposal = page.locator('.proposal', { hasText: /2 groups of 4/ });
  await expectText(proposal, /16 matches/);
  await audit(page, 'the formats');
  await proposal.getByRole('button', { name: /Choose this/ }).click();
  await expectText(page.locator('.panel-notes'), /kept/);

  await open(page, 'draw');
  await press(page, 'By lot');
  await page.locator('.swap-place').nth(7).waitFor();
  await expectText(page.locator('.proposed'), /with the number \d+/);
  const names = () => page.locator('.swap-place .swap-words > :first-child').allInnerTexts();
  const before = await names();
  await page.locator('.swap-place').nth(0).click();
  await page.locator('.swap-place').nth(5).click();
  await expectText(page.locator('.proposed'), /by hand/);
  const swapped = await names();
  assert.deepEqual([swapped[0], swapped[5]], [before[5], before[0]]);
  await audit(page, 'the draw');
  await press(page, 'Make this the draw');
  await expectText(page.locator('.panel-notes'), /The draw is made/);
  await page.locator('group-tables .table').nth(1).waitFor();
  await expectText(page.locator('tournament-tree'), /1st of group A/);
  assert.equal(Object.keys(await matchesOf(tournament)).length, 16);

  await open(page, 'history');
  await page.locator('.deeds li').nth(2).waitFor();
  await expectText(page.locator('.deeds li').first(), /Drew 8 teams by hand\. Fixtures: 16\./);
  await page.getByLabel('Language').selectOption('fr');
  await expectText(page.locator('.deeds li').first(), /Tirage à la main de 8 équipes/);
  await page.getByLabel('Langue').selectOption('en');
  await audit(page, 'the history');
  await press(page, 'Take the last back');
  await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
  await expectText(page.locator('.next-step'), /Make the draw/);
  assert.equal(Object.keys(await matchesOf(tournament)).length, 0);
});

test('spectators see tables with their reasons, the draw and results come in by themselves, and load nothing of organisers', async () => {
  const tournament = await openHall();
  await setUp(tournament);
  const page = await visit(venue, { size: PHONE });
  const loaded = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto(pathOf(tournament));
  await page.locator('group-tables .table').nth(1).waitFor();
  await audit(page, 'a tournament');
  await playGroups(tournament);
  await expectText(page.locator('tournament-tree [data-key="SF1"]'), /Lyon|Metz/);
  await page
    .getByRole('button', { name: /^Metz|^Lyon/ })
    .first()
    .click();
  await page.locator('.table-why:not([hidden])').waitFor();
  await audit(page, 'a reason');
  assert.deepEqual(
    loaded.filter((path) => /organis(e\/|ing)/.test(path)),
    [],
  );
  await page.getByLabel('Language').selectOption('fr');
  await expectText(page.locator('tournament-tree [data-key="F"]'), /Vainqueur SF1/);
});

test('a correction shows what follows from it, and what was played is kept until somebody says otherwise', async () => {
  const tournament = await openHall();
  await setUp(tournament);
  await playGroups(tournament);
  await result(tournament, 'SF1', 1, 0);
  await result(tournament, 'SF2', 1, 0);
  await result(tournament, 'F', 2, 1);
  const page = await asOrganiser('/');
  const { SF1, F } = await matchesOf(tournament);
  const card = page.locator('match-card', { has: page.locator(`a[href*="${SF1.id}"]`) });
  await press(page, `Manage: ${SF1.sides.A.name} against ${SF1.sides.B.name}`, card);
  await press(page, 'Enter a result from paper');
  await page.getByLabel('Score by period').fill('0-1 0-0');
  await page.getByRole('button', { name: 'Enter this score' }).click();
  const effects = page.locator('dialog', { hasText: 'This changes other matches' });
  await effects.waitFor();
  await expectText(effects, new RegExp(`F because of SF1[^]*${SF1.sides.B.name}`));
  assert.ok(await effects.getByRole('radio', { name: 'Keep as played' }).first().isChecked());
  await audit(page, 'what follows');

  // Meanwhile somebody scores: what was shown is no longer what would follow.
  await result(tournament, '3RD', 3, 0);
  await press(page, 'Do all of this', effects);
  await expectText(effects, /Somebody has scored or decided meanwhile/);
  await expectText(effects, /3RD because of SF1/);
  await press(page, 'Do all of this', effects);
  await effects.waitFor({ state: 'detached' });
  const after = await matchesOf(tournament);
  assert.deepEqual([after.F.sides, after.F.state.score], [F.sides, { A: 2, B: 1 }]);
  await page.keyboard.press('Escape');

  // A scorer who corrects asks nobody: the final waits for a decision.
  const { refereeToken } = await organiser.newCode(after.SF2);
  const event = {
    type: 'result',
    detail: {
      periods: [
        { A: 0, B: 1 },
        { A: 0, B: 0 },
      ],
    },
  };
  await postJson(venue, `/api/matches/${after.SF2.id}/events`, event, { authorization: `Bearer ${refereeToken}` });
  const final = page.locator('match-card', { has: page.locator(`a[href*="${F.id}"]`) });
  await final.locator('.card-contested:not([hidden])').waitFor();
  await audit(page, 'a contested match');
  await page.goto('/desk');
  await expectText(page.locator('.desk-alerts'), /Contested: F/);
  await audit(page, 'a desk with an alert');

  await page.goto(pathOf(tournament));
  await expectText(page.locator('.next-step'), /3RD was played by others[^]*F was played by others/);
  await page.locator('.next-step').getByRole('button').first().click();
  await audit(page, 'the decisions');
  await press(page, 'Keep as played: 3RD');
  await page.getByRole('button', { name: 'Keep as played: 3RD' }).waitFor({ state: 'detached' });
  await press(page, 'Keep as played: F');
  await expectText(page.locator('.next-step'), /All matches are decided/);
});

test('the pad of a match whose sides are being played for says whom it waits for, and cannot start', async () => {
  const tournament = await openHall();
  await setUp(tournament);
  const { SF1 } = await matchesOf(tournament);
  const { refereeToken } = await organiser.newCode(SF1);
  const pad = await visit(venue, { size: PHONE, hasTouch: true });
  await pad.goto(`/score?match=${SF1.id}#token=${refereeToken}`);
  await expectText(pad.locator('.pad-prompt'), /Waits for: 1st of group A/);
  await audit(pad, 'a pad that waits for its sides');
  assert.ok(await pad.getByRole('button', { name: 'Start match' }).isDisabled());
  await playGroups(tournament);
  await expectText(pad.locator('.pad-prompt'), /Who begins/);
  await press(pad, 'Start match');
  await expectText(pad.locator('.half-name').first(), /Lyon|Metz|Brest/);
});

const between = ({ sides }) => `${sides.A.name} – ${sides.B.name}`;

/** A knockout of four up to its final, whose pad is open behind a Wi-Fi that can be cut. */
async function padOfFinal() {
  const tournament = await openHall();
  const teams = ['Lyon', 'Metz', 'Brest', 'Nancy'].map((name, at) => ({ name, seed: at + 1 }));
  await organiser.call('POST', '/api/teams', { tournamentID: tournament.id, teams });
  const at = `/api/tournaments/${tournament.id}`;
  await organiser.call('PUT', `${at}/format`, { stages: [{ key: 'ko', kind: 'knockout' }] });
  const { token } = await organiser.call('POST', `${at}/draw`, { mode: 'ranks' });
  await organiser.call('POST', `${at}/draw`, { accept: token });
  await result(tournament, 'SF1', 1, 0);
  await result(tournament, 'SF2', 1, 0);
  let { F } = await matchesOf(tournament);
  while (F.sides.A.source || F.sides.B.source) ({ F } = await matchesOf(tournament));
  const { refereeToken } = await organiser.newCode(F);
  const wifi = await Wifi.to(Number(new URL(venue.url).port));
  const pad = await visit({ url: wifi.url }, { size: PHONE });
  await pad.goto(`${wifi.url}/score?match=${F.id}#token=${refereeToken}`);
  await expectText(pad.locator('.pad-prompt'), /Who begins/);
  return { tournament, F, wifi, pad };
}

/** The other side has won a semi-final after all. Returns the final as it is then. */
async function turn(tournament, key, [a, b]) {
  const { [key]: match } = await matchesOf(tournament);
  const periods = [
    { A: a, B: b },
    { A: 0, B: 0 },
  ];
  const event = { type: 'result', detail: { periods } };
  const { token } = await organiser.call('POST', `/api/matches/${match.id}/preview`, event);
  await organiser.call('POST', `/api/matches/${match.id}/events`, { ...event, accept: { token, choices: {} } });
  return (await matchesOf(tournament)).F;
}

const offline = (pad) => pad.locator('score-pad[data-phase="waiting"]').waitFor();

async function tapOffline(pad, wifi, F) {
  wifi.cut();
  await offline(pad);
  await press(pad, 'Start match');
  await tapHalf(pad, F.sides.A.name);
  await tapHalf(pad, F.sides.B.name);
  await expectScore(pad.locator('.half-score'), 1, 1);
}

test('taps that were made offline for one team never count for another that plays instead by then', async () => {
  const { tournament, F, wifi, pad } = await padOfFinal();
  try {
    await tapOffline(pad, wifi, F);
    const other = await turn(tournament, 'SF1', [0, 1]);
    assert.notEqual(between(other), between(F));
    wifi.comeBack();
    const told = `from ${between(F)} to ${between(other)}. Your 3 taps were made for ${between(F)}.`;
    const question = pad.locator('.pad-standby:not([hidden])');
    await expectText(question, new RegExp(told));
    await audit(pad, 'a question for whom the taps were');
    // What is shown is what the server has, under the names of those who play.
    await expectText(pad.locator('.half-name').first(), new RegExp(other.sides.A.name));
    await expectScore(pad.locator('.half-score'), 0, 0);
    assert.ok(await pad.getByRole('button', { name: 'Start match' }).isDisabled());
    await pad.reload();
    await expectText(question, new RegExp(told));
    assert.deepEqual(await organiser.history(F), []);
    await press(pad, 'Discard the taps');
    await question.waitFor({ state: 'hidden' });
    await saved(pad);
    await press(pad, 'Start match');
    await saved(pad);
    assert.deepEqual(
      (await organiser.history(F)).map(({ event }) => event.type),
      ['start'],
    );
  } finally {
    await wifi.close();
  }
});

test('a referee who was wrong about the names says for whom the taps were, and a new name is no other team', async () => {
  const { tournament, F, wifi, pad } = await padOfFinal();
  try {
    await tapOffline(pad, wifi, F);
    const other = await turn(tournament, 'SF2', [0, 1]);
    wifi.comeBack();
    await press(pad, `They were for ${between(other)}: send them`);
    await saved(pad);
    const sent = (await organiser.history(F)).map(({ event }) => `${event.type} ${event.side ?? ''}`.trim());
    assert.deepEqual(sent, ['start', 'point A', 'point B']);

    wifi.cut();
    await offline(pad);
    await tapHalf(pad, F.sides.A.name);
    await organiser.call('PATCH', `/api/teams/${F.sides.A.teamID}`, { name: 'Olympique' });
    wifi.comeBack();
    await saved(pad);
    await expectText(pad.locator('.half-name').first(), /Olympique/);
    await expectScore(pad.locator('.half-score'), 2, 1);
  } finally {
    await wifi.close();
  }
});

test('a pad that is online shows other teams at once, and says so', async () => {
  const { tournament, F, wifi, pad } = await padOfFinal();
  try {
    const other = await turn(tournament, 'SF1', [0, 1]);
    await expectText(pad.locator('.pad-changed'), new RegExp(`${between(other)}. Before: ${between(F)}`));
    await expectText(pad.locator('.half-name').first(), new RegExp(other.sides.A.name));
    await audit(pad, 'a pad with other teams');
    await pad.locator('.pad-changed').waitFor({ state: 'hidden' });
  } finally {
    await wifi.close();
  }
});
