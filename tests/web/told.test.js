/** What an organiser is told: who stands where in a Swiss proposal, what a refusal is about, what was done and by what score. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { keepLogIn, logIn as logInAs } from './secured.js';
import { LAPTOP, PHONE, Venue } from './venue.js';
import { audit, closeBrowser, endVisits, expectText, openBrowser, visit } from './visits.js';

let venue, organiser;

before(openBrowser);
after(closeBrowser);
beforeEach(async () => {
  venue = await Venue.open();
  organiser = await venue.organiser();
});
afterEach(async () => {
  await venue.close();
  await endVisits();
});

const SWISS = [{ key: 's', kind: 'swiss', rounds: 3 }];
const GROUP = { key: 'g', kind: 'groups', groups: 1 };
const KNOCKOUT = { key: 'ko', kind: 'knockout', from: { stage: 'g', ranks: 2 } };

const at = ({ id }) => `/api/tournaments/${id}`;
const press = (page, name) => page.getByRole('button', { name, exact: true }).first().click();
const open = (page, panel) => page.locator(`[data-panel="${panel}"]`).click();

/** A tournament of these teams, seeded in this order and drawn by rank. */
async function drawn(names, stages) {
  const made = await organiser.tournament('City Cup', 'FOOTBALL');
  const teams = names.map((name, index) => ({ name, seed: index + 1 }));
  await organiser.call('POST', '/api/teams', { tournamentID: made.id, teams });
  await organiser.call('PUT', `${at(made)}/format`, { stages });
  const { token } = await organiser.call('POST', `${at(made)}/draw`, { mode: 'ranks' });
  await organiser.call('POST', `${at(made)}/draw`, { accept: token });
  return made;
}

const score = (a, b) => ({ type: 'result', detail: { periods: [{ A: a, B: b }, { A: 0, B: 0 }] } });

/** Plays all that can be played now; `goals` says the score of a fixture. */
async function play(tournament, goals) {
  const { fixtures } = await organiser.call('GET', `${at(tournament)}/fixtures`);
  for (const fixture of fixtures.filter(({ stand, status }) => stand === 'ready' && status !== 'finished')) {
    const events = `/api/matches/${fixture.matchID}/events`;
    await organiser.call('POST', events, score(...goals(fixture)));
    await organiser.call('POST', events, { type: 'finish' });
  }
}

async function asOrganiser(tournament, options = { size: LAPTOP }) {
  const page = await visit(venue, options);
  await keepLogIn(page, await logInAs(venue));
  await page.goto(tournament ? `/tournament?id=${tournament.id}` : '/');
  return page;
}

const switchTo = async (page, tag) => page.getByLabel(/^(Language|Langue)$/).selectOption(tag);

test('a Swiss proposal shows who stands where and who has the bye, and swaps it', async () => {
  const tournament = await drawn(['Lyon', 'Metz', 'Brest', 'Nancy', 'Paris'], SWISS);
  const page = await asOrganiser(tournament, { size: PHONE });
  await open(page, 'rounds');
  await expectText(page.locator('.panel-lead'), /once 2 more matches are over/);
  const propose = page.getByRole('button', { name: 'Propose the next round' });
  assert.ok(await propose.isDisabled(), 'nothing can be paired yet');
  await play(tournament, () => [1, 0]);
  await expectText(page.locator('.panel-lead'), /about the same score/);
  await press(page, 'Do it: Pair round 2.');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Swiss rounds', 'the way leads to the open panel');
  await propose.click();
  await page.locator('.swap-place').nth(4).waitFor();
  assert.equal(await page.locator('.swap-place').count(), 5, 'a bye is no place to swap with');
  const notes = await page.locator('.swap-place small').allInnerTexts();
  assert.deepEqual([...notes].sort(), ['1st, 3 points', '2nd, 3 points', '2nd, 3 points', '4th, 0 points', '4th, 0 points']);
  const bye = page.locator('.swap-group', { hasText: 'Bye: no match, counts as won' }).locator('.swap-words > :first-child');
  const before = await bye.innerText();
  await audit(page, 'a Swiss proposal');

  const first = page.locator('.swap-place .swap-words > :first-child').first();
  const partner = await first.innerText();
  await page.locator('.swap-place').first().click();
  await page.locator('.swap-place').last().click();
  await expectText(bye, new RegExp(`^${partner}$`));
  await expectText(first, new RegExp(`^${before}$`));
  await switchTo(page, 'fr');
  await press(page, 'Proposer le tour suivant');
  await expectText(page.locator('.proposed'), /Exempt : pas de match, compte comme gagné/);
  await expectText(page.locator('.proposed'), /1er, 3 points/);
  await press(page, 'Jouer ce tour');
  await expectText(page.locator('.panel-notes'), /Le tour 2 peut commencer/);
  await expectText(page.locator('.panel-lead'), /encore 2 matchs/);
});

test('two teams that nobody could tell apart, and a seed that two have, are refused with both names', async () => {
  const tournament = await drawn(['AS Lyon', 'Metz'], [{ key: 'ko', kind: 'knockout' }]);
  const page = await asOrganiser(tournament);
  await open(page, 'teams');
  await page.locator('textarea').fill('as lyon');
  await press(page, 'Enter 1 team');
  await expectText(page.locator('.form-error'), /as lyon and AS Lyon differ only in capitals or spaces/);
  await page.locator('textarea').fill('Name;Club;Seed\nBrest;;2');
  await press(page, 'Enter 1 team');
  await expectText(page.locator('.form-error'), /Brest and Metz both have the seed 2/);
  await switchTo(page, 'fr');
  await press(page, 'Modifier: Metz');
  await page.getByLabel('Tête de série').fill('1');
  await press(page, 'Enregistrer');
  await expectText(page.locator('dialog .field-error'), /Metz et AS Lyon ont toutes deux le numéro 1/);
});

test('the history says the score of a correction and the answer of the check-in', async () => {
  const tournament = await drawn(['Lyon', 'Metz'], [{ key: 'ko', kind: 'knockout' }]);
  await play(tournament, () => [2, 1]);
  const [{ id }] = await organiser.call('GET', `/api/matches?tournamentID=${tournament.id}`);
  await organiser.call('POST', `/api/matches/${id}/events?correction=1`, score(1, 3));
  const [lyon] = await organiser.call('GET', `/api/teams?tournamentID=${tournament.id}`);
  await organiser.call('PATCH', `/api/teams/${lyon.id}`, { presence: 'absent' });
  const page = await asOrganiser(tournament);
  await open(page, 'history');
  await expectText(page.locator('.deeds'), /Lyon is absent\.[^]*Corrected F: another result, 1–3 instead of 2–1\.[^]*Ended F with its score, 2–1\./);
  await switchTo(page, 'fr');
  await expectText(page.locator('.deeds'), /Lyon : équipe absente\.[^]*F corrigé : un autre résultat, 1–3 au lieu de 2–1\./);
});

test('the question before an unusual change names the team and the court', async () => {
  const courts = [];
  for (const name of ['Court 1', 'Court 2']) courts.push(await organiser.call('POST', '/api/courts', { name }));
  const cup = await organiser.tournament('Open', 'FOOTBALL');
  const made = (a, b, court) =>
    organiser.call('POST', '/api/matches', { tournamentID: cup.id, courtID: court?.id, sides: { A: { name: a }, B: { name: b } } });
  await organiser.publish(await made('Lyon', 'Metz', courts[0]), { type: 'start' });
  await made('Nancy', 'Lyon');
  const page = await asOrganiser(null);
  const toCourt2 = async (manage, edit, court, save) => {
    await page.getByRole('button', { name: manage }).click();
    await press(page, edit);
    await page.getByRole('dialog').getByLabel(court, { exact: true }).last().selectOption('Court 2');
    await press(page, save);
  };
  await toCourt2('Manage: Nancy against Lyon', 'Change names or court', 'Court', 'Save');
  await expectText(page.locator('dialog', { hasText: 'Is that meant?' }), /Lyon is playing on Court 1\./);
  await press(page, 'No, leave it');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await switchTo(page, 'fr');
  await toCourt2('Gérer: Nancy contre Lyon', 'Changer les noms ou le terrain', 'Terrain', 'Enregistrer');
  await expectText(page.locator('dialog', { hasText: 'Est-ce voulu' }), /Lyon joue déjà : Court 1\./);
});

test('a page of a tournament that somebody else deletes says so, and has no tools any more', async () => {
  const tournament = await drawn(['Lyon', 'Metz'], [{ key: 'ko', kind: 'knockout' }]);
  const page = await asOrganiser(tournament);
  await open(page, 'decisions');
  await organiser.call('DELETE', at(tournament));
  await expectText(page.locator('.notice'), /This tournament has been deleted/);
  for (const part of ['.organise', '.section', '.bar']) await page.locator(part).first().waitFor({ state: 'hidden' });
  await audit(page, 'a tournament that was deleted');
});

test('a team that comes too late is told by which match', async () => {
  const tournament = await drawn(['Lyon', 'Metz', 'Brest'], [GROUP, KNOCKOUT]);
  await play(tournament, ({ a, b }) => (a.name < b.name ? [1, 0] : [0, 1]));
  await play(tournament, () => [1, 0]);
  await organiser.call('POST', '/api/teams', { tournamentID: tournament.id, name: 'Late' });
  const page = await asOrganiser(tournament);
  await open(page, 'decisions');
  await press(page, 'A team comes late');
  await page.locator('dialog button.primary').click();
  await expectText(page.locator('dialog'), /F has begun, and who plays it depends on group A\./);
});

test('tables and to-dos name the play-off that level teams wait for', async () => {
  const tournament = await drawn(['Lyon', 'Metz', 'Brest'], [GROUP, KNOCKOUT]);
  await play(tournament, () => [0, 0]);
  const { todo } = await organiser.call('GET', `${at(tournament)}/standings`);
  const [{ group, teams }] = todo;
  await organiser.call('POST', `${at(tournament)}/decisions`, { kind: 'play_off', group, teams: teams.map(({ teamID }) => teamID) });
  const page = await asOrganiser(tournament);
  await expectText(page.locator('group-tables'), /level, play-offs A-PO\d, A-PO\d not over yet/);
  await expectText(page.locator('.next-step'), /A-PO1, A-PO2, A-PO3 are to decide who stands before whom/);
  await open(page, 'decisions');
  await expectText(page.locator('.decision'), /play-offs A-PO1, A-PO2, A-PO3 not over yet/);
  assert.equal(await page.getByRole('button', { name: 'Let them play for it' }).count(), 0, 'they do already');
  await audit(page, 'a play-off');
});

test('a card says who has won in the language that was chosen last', async () => {
  const match = await organiser.match(await organiser.tournament('Open', 'FOOTBALL'), 'Lyon', 'Metz');
  await organiser.publish(match, [score(1, 0), { type: 'finish' }]);
  const page = await visit(venue, { size: PHONE });
  await page.goto('/');
  const card = page.locator('match-card');
  await card.getByText('Winner').waitFor({ state: 'attached' });
  await switchTo(page, 'fr');
  await card.getByText('Vainqueur').waitFor({ state: 'attached' });
  await expectText(card.locator('.chip'), /^Terminé$/);
  assert.equal(await card.getByText('Winner').count(), 0);
});

test('a language that is chosen while the texts for organisers still load is the one that the page goes on in', async () => {
  const match = await organiser.match(await organiser.tournament('Open', 'FOOTBALL'), 'Lyon', 'Metz');
  const page = await visit(venue, { size: LAPTOP });
  await keepLogIn(page, await logInAs(venue));
  let arrive = () => {};
  const late = new Promise((resolve) => (arrive = resolve));
  await page.route('**/static/i18n/organise/en.js', async (route) => {
    await late;
    await route.continue();
  });
  const asked = page.waitForRequest('**/static/i18n/organise/en.js');
  await page.goto('/');
  await asked;
  await switchTo(page, 'fr');
  await page.getByText('Les scores de la salle').waitFor();
  const came = page.waitForResponse('**/static/i18n/organise/en.js');
  arrive();
  await (await came).finished();
  await page.getByRole('button', { name: 'Nouveau match' }).waitFor();
  await organiser.publish(match, [score(1, 0), { type: 'finish' }]);
  await expectText(page.locator('match-card .chip'), /^Terminé$/);
});
