/** Every sport in its own words: what the pad offers, what the boards show, what the history tells. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import { PHONE, Venue } from './venue.js';
import {
  audit,
  closeBrowser,
  endVisits,
  expectScore,
  expectText,
  halfOf,
  openBrowser,
  points,
  pointsOnBoard,
  saved,
  tapHalf,
  visit,
} from './visits.js';

let venue;

before(openBrowser);
after(closeBrowser);
beforeEach(async () => (venue = await Venue.open({ flags: ['--open'] })));
afterEach(async () => {
  await venue.close();
  await endVisits();
});

/** A match with some history, and whoever scores it and watches it. */
async function matchOf(sport, { events = [], size = PHONE } = {}) {
  const organiser = await venue.organiser();
  const match = await organiser.match(await organiser.tournament('Spring Open', sport), 'Lyon', 'Paris');
  if (events.length > 0) await organiser.publish(match, events);
  const [referee, follower] = [await visit(venue, { size }), await visit(venue)];
  await referee.goto(`/score?match=${match.id}#token=${match.refereeToken}`);
  await follower.goto(`/match?id=${match.id}`);
  await saved(referee);
  return { match, organiser, referee, follower };
}

const point = (side, value = 1) => ({ type: 'point', side, value });
const row = (sides) => [...sides].map((side) => point(side));
const END = { type: 'period_end' };
const BEGIN = { type: 'period_start' };
const prompt = (page) => page.locator('.pad-prompt');
const press = (page, name) => page.getByRole('button', { name }).click();
/** A button below one of the halves. */
const below = (page, side, name) => page.locator(`.pad-side[data-side="${side}"] .action`).filter({ hasText: name });

test('badminton: a set is won, called and shown, with and without a network', async () => {
  const events = [{ type: 'start' }, ...row('A'.repeat(19)), ...row('B'.repeat(12))];
  const { referee, follower } = await matchOf('BADMINTON', { events });
  const dashboard = await visit(venue);
  await dashboard.goto('/');
  await expectScore(referee.locator('.half-score'), 19, 12);
  await expectScore(referee.locator('.half-headline'), 'Sets 0', 'Sets 0');

  await tapHalf(referee, 'Lyon');
  await expectText(prompt(referee), /^Set point$/);
  await expectText(follower.locator('.chip.prompt'), /^Set point$/);
  await expectScore(pointsOnBoard(follower), 20, 12);
  await expectScore(follower.locator('.board-score'), 0, 0);

  await venue.kill();
  await referee.getByText('No connection').waitFor();
  await tapHalf(referee, 'Lyon');
  await expectScore(referee.locator('.half-headline'), 'Sets 1', 'Sets 0');
  await expectText(prompt(referee), /^Change ends$/);
  await tapHalf(referee, 'Paris');
  await expectScore(referee.locator('.half-score'), 0, 1);
  await press(referee, /^Undo: Point for Paris/);
  await venue.start();
  await saved(referee);

  await expectScore(follower.locator('.board-score'), 1, 0);
  await expectText(follower.locator('.chip.prompt'), /^Interval$/);
  await expectText(follower.locator('.event').nth(2), /Point for Lyon · set to Lyon\s*21 – 12/);
  await expectScore(dashboard.locator('match-card .side-score'), 1, 0);
  await tapHalf(referee, 'Paris');
  await expectScore(points(dashboard), 0, 1);
  await expectScore(dashboard.locator('match-card .side-numbers'), 21, 12);
  await dashboard.getByText('Live · Set 2').waitFor();
});

test('badminton: the last set ends the match by itself', async () => {
  const { referee, follower } = await matchOf('BADMINTON', { events: row('A'.repeat(41)) });
  await expectText(prompt(referee), /Match point/);
  await expectText(follower.locator('.chip.prompt'), /^Match point$/);
  await tapHalf(referee, 'Lyon');
  await expectText(prompt(referee), /Lyon wins 2 – 0/);
  assert.ok(await halfOf(referee, 'Lyon').isDisabled());
  await expectScore(follower.locator('.board-score'), 2, 0);
  await expectText(follower.locator('score-board'), /Winner/);
  await press(referee, /^Undo: Point for Lyon/);
  await expectText(prompt(referee), /Match point/);
});

test('a second tap on the same half is a slip, one on the other half is not', async () => {
  const { referee, match, organiser } = await matchOf('FOOTBALL');
  await press(referee, 'Start match');
  await halfOf(referee, 'Lyon').dblclick();
  await tapHalf(referee, 'Paris');
  await saved(referee);
  await expectScore(referee.locator('.half-score'), 1, 1);
  await tapHalf(referee, 'Lyon');
  await expectScore(referee.locator('.half-score'), 2, 1);
  await saved(referee);
  assert.equal((await organiser.history(match)).length, 4);
});

test('basketball: points of three values, fouls up to the bonus, quarters', async () => {
  const { referee, follower } = await matchOf('BASKETBALL');
  await press(referee, 'Start match');
  await below(referee, 'B', '+3').click();
  await below(referee, 'B', '+2').click();
  await tapHalf(referee, 'Lyon');
  await expectScore(referee.locator('.half-score'), 1, 5);
  for (let fouls = 1; fouls <= 5; fouls++) {
    await below(referee, 'A', 'Foul').click();
    await expectText(below(referee, 'A', 'Foul'), new RegExp(`${fouls}`));
  }
  await expectText(prompt(referee), /Foul limit: bonus/);
  await audit(referee, 'the pad of a sport with more buttons');
  await expectScore(follower.locator('.board-score'), 1, 5);
  assert.equal(await pointsOnBoard(follower).first().isVisible(), false, 'a total is not shown twice');
  await expectText(follower.locator('.event').last(), /Match started/);
  const told = follower.locator('.event-words');
  await expectText(told.nth(7), /^3 points for Paris$/);
  await expectText(told.nth(5), /^Free throw for Lyon$/);
  await expectText(told.first(), /^Foul by Lyon$/);

  await press(referee, 'Quarter 1: end');
  await expectText(prompt(referee), /Interval/);
  await expectText(follower.locator('.chip.prompt'), /^Interval$/);
  await press(referee, 'Quarter 2: start');
  await expectText(below(referee, 'A', 'Foul'), /0/);
  await follower.getByText('Live · Quarter 2').waitFor();
  await expectText(told.nth(1), /^Quarter 1 ends$/);

  await press(referee, 'More');
  await audit(referee, 'what is behind More');
  const ofParis = referee.getByRole('region', { name: 'Paris' });
  await ofParis.getByRole('button', { name: 'Technical foul', exact: true }).click();
  await expectText(told.first(), /^Technical foul for Paris$/);
  await press(referee, 'More');
  await ofParis.getByRole('button', { name: 'Time-out' }).click();
  await press(referee, 'More');
  await ofParis.getByRole('button', { name: 'Time-out · 1' }).waitFor();
});

test('football: a level match may end as a draw or go to kicks, which are counted apart', async () => {
  const level = [{ type: 'start' }, point('A'), END, BEGIN, point('B'), END];
  const drawn = await matchOf('FOOTBALL', { events: level, size: { width: 360, height: 640 } });
  await expectText(prompt(drawn.referee), /Draw, or play on/);
  await press(drawn.referee, 'Finish: draw');
  await drawn.referee.getByRole('dialog').getByRole('button', { name: 'Finish match' }).click();
  await expectText(prompt(drawn.referee), /Draw, /);
  await drawn.follower.getByText('Final, draw').waitFor();

  const { referee, follower } = await matchOf('FOOTBALL', { events: [...level, BEGIN, END, BEGIN, END] });
  await press(referee, 'Penalty shoot-out: start');
  await follower.getByText('Live · Penalty shoot-out').waitFor();
  for (let round = 1; round <= 3; round++) {
    await tapHalf(referee, 'Lyon');
    await below(referee, 'B', 'Missed').click();
  }
  await expectScore(referee.locator('.half-score'), 3, 0);
  await expectScore(referee.locator('.half-headline'), 'Score 1', 'Score 1');
  await expectScore(follower.locator('.board-score'), 1, 1);
  await expectText(follower.locator('.board-line'), /^Penalty shoot-out 3 – 0$/);
  await expectText(follower.locator('.event-words').first(), /^Shoot-out: Paris misses$/);
  await expectText(follower.locator('score-board'), /Winner/);
  const dashboard = await visit(venue);
  await dashboard.goto('/');
  const card = dashboard.locator('match-card', { hasText: 'Winner' });
  await expectScore(card.locator('.side-beside'), '\\(3\\)', '\\(0\\)');
});

test('tennis: the pad calls the points, the boards show games and sets too', async () => {
  const events = [{ type: 'start', side: 'A' }, ...row('AAAA'.repeat(6)), ...row('BBBB'), ...row('ABABAB')];
  const { referee, follower } = await matchOf('TENNIS', { events });
  await tapHalf(referee, 'Paris');
  await expectScore(referee.locator('.half-score'), 40, 'AD');
  await expectScore(referee.locator('.half-headline'), 'Games 0 · Sets 1', 'Games 1 · Sets 0');
  await expectScore(pointsOnBoard(follower), 40, 'AD');
  await expectScore(follower.locator('.board-score'), 1, 0);
  await expectText(follower.locator('.board-line'), /^Games 0 – 1$/);
  await expectText(follower.locator('.event-score').first(), /^0–1 · 40–AD$/);
});

test('rugby: a conversion follows a try, and a score has its name', async () => {
  const { referee, follower } = await matchOf('RUGBY_15');
  await press(referee, 'Start match');
  assert.ok(await below(referee, 'A', 'Conversion').isDisabled());
  await tapHalf(referee, 'Lyon');
  await below(referee, 'A', 'Conversion').click();
  await expectScore(referee.locator('.half-score'), 7, 0);
  assert.ok(await below(referee, 'A', 'Conversion').isDisabled());
  await below(referee, 'B', 'Drop goal').click();
  await expectText(follower.locator('.event-words').first(), /^Drop goal for Paris$/);
  await expectText(follower.locator('.event-words').nth(1), /^Conversion for Lyon$/);
  await follower.getByLabel('Language').selectOption('fr');
  await expectText(follower.locator('.event-words').nth(2), /^Essai pour Lyon$/);
});

test('fencing: both score at once, also at match point, and a card is shown after the end', async () => {
  const events = [{ type: 'start' }, ...row('A'.repeat(13)), ...row('B'.repeat(12))];
  const { organiser, match, referee } = await matchOf('FENCING', { events });
  await below(referee, 'A', 'Both score').click();
  await expectScore(referee.locator('.half-score'), 14, 13);
  await below(referee, 'B', 'Both score').click();
  await expectText(prompt(referee), /^Lyon wins 15 – 14$/);
  await press(referee, 'More');
  await referee.getByRole('region', { name: 'Paris' }).getByRole('button', { name: 'Red card' }).click();
  await saved(referee);
  const { state } = await organiser.call('GET', `/api/matches/${match.id}`);
  assert.deepEqual([state.status, state.score, state.cards.B], ['finished', { A: 15, B: 14 }, { red: 1 }]);
});

test('football: in a second leg kicks follow a match that is not level', async () => {
  const events = [{ type: 'start' }, point('A'), END, BEGIN];
  const { referee, follower } = await matchOf('FOOTBALL', { events });
  await press(referee, 'Half 2: end');
  await expectText(prompt(referee), /^Lyon wins 1 – 0 · 1–0, 0–0$/);
  await press(referee, 'More');
  await press(referee, 'Penalty shoot-out: start');
  for (const side of ['Paris', 'Lyon', 'Paris', 'Lyon', 'Paris', 'Lyon']) {
    if (side === 'Paris') await tapHalf(referee, 'Paris');
    else await below(referee, 'A', 'Missed').click();
  }
  await expectText(prompt(referee), /^Paris wins 0 – 1 \(Penalty shoot-out 3–0\) · 0–1, 0–0$/);
  await expectText(follower.locator('.board-line'), /^Penalty shoot-out 0 – 3$/);
});

test('a pause counts down, a card in it takes nothing away, and a time-out counts down, too', async () => {
  const events = [{ type: 'start', side: 'A' }, ...row('A'.repeat(10))];
  const { referee } = await matchOf('BADMINTON', { events });
  const left = () => prompt(referee).getAttribute('data-left');
  await tapHalf(referee, 'Lyon');
  await expectText(prompt(referee), /^Interval$/);
  assert.match(await left(), /^(1:00|0:5\d)$/);
  await press(referee, 'More');
  await referee.getByRole('region', { name: 'Paris' }).getByRole('button', { name: 'Red card' }).click();
  await expectScore(referee.locator('.half-score'), 12, 0);
  await expectText(prompt(referee), /^Interval$/);
  assert.match(await left(), /^(1:00|0:5\d)$/);
  await tapHalf(referee, 'Lyon');
  await prompt(referee).waitFor({ state: 'hidden' });
  assert.equal(await left(), null);

  const volley = await matchOf('VOLLEYBALL', { events: [{ type: 'start', side: 'A' }, point('A')] });
  await press(volley.referee, 'More');
  await volley.referee.getByRole('region', { name: 'Paris' }).getByRole('button', { name: 'Time-out' }).click();
  await expectText(prompt(volley.referee), /^Time-out$/);
  assert.match(await prompt(volley.referee).getAttribute('data-left'), /^0:(30|2\d)$/);
});

test('a live match says within a minute that nobody keeps its score', { timeout: 90_000 }, async () => {
  const { referee, follower } = await matchOf('BADMINTON', { events: [{ type: 'start' }, point('A')] });
  const dashboard = await visit(venue);
  await dashboard.goto('/');
  await dashboard.locator('match-card').getByText(/^Live · Set 1$/).waitFor();
  await referee.close();
  for (const page of [dashboard, follower]) await page.getByText('Live, waiting for scorer').waitFor({ timeout: 60_000 });
});

test('a tournament is made with one of the sport’s variants, in the page’s language', async () => {
  const page = await visit(venue, { locale: 'fr-FR' });
  await page.goto('/');
  await page.getByRole('button', { name: 'Nouveau tournoi' }).click();
  await page.getByLabel('Nom', { exact: true }).fill('Coupe');
  const names = await page.getByRole('dialog').getByLabel('Sport').locator('option').allInnerTexts();
  assert.deepEqual(
    names,
    [...names].sort((a, b) => a.localeCompare(b, 'fr')),
  );
  const rules = page.getByLabel('Règles', { exact: true });
  await page.getByRole('dialog').getByLabel('Sport').selectOption('Water-polo');
  assert.deepEqual(await rules.locator('option').allInnerTexts(), ['Règles standard : 4 × 8 min, Tirs au but (5 chacun)']);
  await page.getByRole('dialog').getByLabel('Sport').selectOption('Tennis');
  await rules.selectOption('Un set, point décisif');
  await page.getByRole('button', { name: 'Créer le tournoi' }).click();
  await page.getByText('Aucune équipe n’est encore inscrite.').waitFor();
  const [tournament] = await (await venue.organiser()).tournaments();
  assert.equal(tournament.variant, 'one_set_no_ad');
});

test('a prompt and a sport that the pages do not know break nothing', async () => {
  const organiser = await venue.organiser();
  const match = await organiser.match(await organiser.tournament('Spring Open', 'VOLLEYBALL'), 'Lyon', 'Paris');
  const pages = [await visit(venue, { size: PHONE }), await visit(venue), await visit(venue)];
  const fromTheFuture = (message) => {
    const frame = JSON.parse(message);
    for (const { state } of [frame, frame.match ?? {}, ...(frame.matches ?? [])])
      if (state) state.prompt = ['of_the_future', ...state.prompt, 'set_point'];
    for (const known of [frame.match, ...(frame.matches ?? [])]) if (known) known.sport = 'CHESS_BOXING';
    return JSON.stringify(frame);
  };
  for (const page of pages)
    await page.routeWebSocket(/\/(watch|referee)/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((message) => socket.send(fromTheFuture(message)));
    });
  const [referee, follower, dashboard] = pages;
  await referee.goto(`/score?match=${match.id}#token=${match.refereeToken}`);
  await follower.goto(`/match?id=${match.id}`);
  await dashboard.goto('/');
  await press(referee, 'Start match');
  await tapHalf(referee, 'Lyon');
  await expectText(prompt(referee), /^Set point$/);
  await expectText(follower.locator('.board-prompts'), /^Set point$/);
  await follower.getByText('chess boxing').waitFor();
  await dashboard.locator('.card-where').getByText('chess boxing').waitFor();
  await expectScore(points(dashboard), 1, 0);
});
