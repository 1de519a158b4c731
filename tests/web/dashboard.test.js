/** What spectators do on the dashboard: find a team, follow it, see what moved. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { PHONE, Venue } from './venue.js';
import { audit, closeBrowser, endVisits, openBrowser, visit } from './visits.js';
import { teamsIn } from '../../static/organise/paste.js';

const CITIES = ['Lyon', 'Metz', 'Brest', 'Nîmes', 'Lille', 'Tours', 'Nancy'];

describe('the dashboard of a spectator', () => {
  let venue;
  let organiser;
  let matches;

  before(openBrowser);
  after(closeBrowser);
  beforeEach(async () => {
    venue = await Venue.open();
    organiser = await venue.organiser();
    const cups = [await organiser.tournament('Open', 'BADMINTON'), await organiser.tournament('Cup', 'FOOTBALL')];
    const court = await organiser.call('POST', '/api/courts', { name: 'Court 1' });
    matches = [];
    for (const [index, city] of CITIES.entries()) {
      const body = { tournamentID: cups[index % 2].id, sides: { A: { name: city }, B: { name: `Paris ${index}` } } };
      matches.push(await organiser.call('POST', '/api/matches', { ...body, ...(index > 4 && { courtID: court.id }) }));
    }
  });
  afterEach(async () => {
    await venue.close();
    await endVisits();
  });

  const cards = (page) => page.locator('match-card');
  const names = async (page) =>
    (await page.locator('match-card .side:first-child .side-name').allInnerTexts()).sort();

  test('finds teams however they are typed, and by sport and court', async () => {
    const page = await visit(venue, { size: PHONE });
    await page.goto('/');
    await cards(page).nth(6).waitFor();
    await page.getByRole('searchbox', { name: 'Find a team' }).fill('nimes');
    await page.getByText('1 match found').waitFor();
    assert.deepEqual(await names(page), ['Nîmes']);
    assert.equal(await page.getByText('No match is being played').isVisible(), false, 'others may be');
    await page.reload();
    await page.getByText('1 match found').waitFor();
    assert.deepEqual(await names(page), ['Nîmes'], 'what was looked for outlives a reload');
    await page.getByRole('searchbox').fill('nobody');
    await page.getByText('Nothing found.').waitFor();
    await audit(page, 'a search without a result');
    await page.getByRole('button', { name: 'Show all' }).click();
    await cards(page).nth(6).waitFor();
    await page.getByLabel('Sport').selectOption('Football');
    await page.getByText('3 matches found').waitFor();
    await page.getByLabel('Court').selectOption('Court 1');
    await page.getByText('1 match found').waitFor();
    assert.deepEqual(await names(page), ['Tours']);
  });

  test('keeps a followed team first, says its score once, and knows it after a reload', async () => {
    const page = await visit(venue, { size: PHONE });
    await page.goto('/');
    await page.getByRole('searchbox').fill('bres');
    const follow = page.getByRole('button', { name: 'Follow Brest' });
    await follow.click();
    await follow.and(page.locator('[aria-pressed=true]')).waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.reload();
    const mine = page.locator('#followed match-card');
    await mine.getByText('Brest').first().waitFor();
    assert.equal(await mine.count(), 1);
    await organiser.publish(matches[2], [{ type: 'start' }, { type: 'point', side: 'A' }]);
    await page.getByRole('status').filter({ hasText: 'Brest 0, Paris 2 0. Points: 1 – 0' }).waitFor({ state: 'attached' });
    await audit(page, 'a followed team');
    await follow.click();
    await mine.waitFor({ state: 'detached' });
  });

  test('shows beside a name what has just changed there', async () => {
    const page = await visit(venue, { size: PHONE });
    await organiser.publish(matches[0], [{ type: 'start' }]);
    await page.goto('/');
    await page.locator('match-card[data-status=live]').waitFor();
    const news = (side) => page.locator(`match-card .side:nth-child(${side}) .side-news:not(:empty)`);
    await organiser.publish(matches[0], { type: 'point', side: 'B' });
    await news(2).getByText('+1').waitFor();
    await organiser.publish(matches[0], { type: 'undo' });
    await news(2).getByText('−1').waitFor();
    assert.equal(await news(1).count(), 0);
    await organiser.publish(matches[0], Array.from({ length: 21 }, () => ({ type: 'point', side: 'A' })));
    await news(1).getByText('Set').waitFor();
  });
});

describe('a list of teams', () => {
  const table = [
    ['one on each line', 'Lyon\nMetz\n\n Brest ', ['Lyon', 'Metz', 'Brest']],
    ['a name twice', 'Lyon\nLyon', ['Lyon']],
    ['a comma in one name', 'Lyon\nMetz, the second\nBrest\nLille', ['Lyon', 'Metz, the second', 'Brest', 'Lille']],
    ['numbered', '1,Lyon\n2,Metz', ['Lyon', 'Metz']],
    ['with headings', 'Rank\tClub\tTeam\n1\tASPTT\tLyon 1\n2\tASPTT\tLyon 2', ['Lyon 1', 'Lyon 2']],
    ['with quotes and a mark of its encoding', '\ufeffname;city\r\n"The ""Best""";Lyon\r\n', ['The "Best"']],
    ['empty', ' \n', []],
  ];
  for (const [what, text, names] of table)
    test(`is read when it is ${what}`, () => assert.deepEqual(teamsIn(text).map(({ name }) => name), names));
});
