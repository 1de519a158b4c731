/** The page of one match: how the lead went, what was counted beside it, and what happens on its court. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { flowOf } from '../../static/core/flow.js';
import { LAPTOP, PHONE, Venue } from './venue.js';
import { audit, closeBrowser, endVisits, openBrowser, visit } from './visits.js';

const points = (pattern) => [...pattern].map((side) => ({ type: 'point', side }));

describe('the page of a match', () => {
  let venue;
  let organiser;

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

  async function matchOf(sport, body = {}) {
    const sides = { A: { name: 'Lyon' }, B: { name: 'Metz' } };
    return organiser.call('POST', '/api/matches', { sport, sides, ...body });
  }
  const told = (page, words) => page.locator('.flow-told').getByText(words).waitFor();

  test('draws the lead, moves it with each point, marks the sets and forgets what was undone', async () => {
    const match = await matchOf('BADMINTON');
    const page = await visit(venue, { size: PHONE });
    await page.goto(`/match?id=${match.id}`);
    await page.getByText('Nothing has happened yet.').waitFor();
    await audit(page, 'a match before its start');
    assert.equal(await page.locator('score-flow').isVisible(), false);
    await organiser.publish(match, [{ type: 'start' }, ...points('AAB')]);
    await told(page, 'Biggest lead: Lyon +2');
    const line = () => page.locator('.flow-line').getAttribute('d');
    const before = await line();
    await organiser.publish(match, points('A'.repeat(19)));
    await told(page, 'Biggest lead: Lyon +20');
    assert.notEqual(await line(), before);
    await organiser.publish(match, points('BBB'));
    await told(page, 'Biggest lead: Lyon +20, Metz +3');
    await page.locator('.flow-sets').getByText('21–1').waitFor();
    await page.locator('.flow-sets').getByText('0–3').waitFor();
    assert.equal(await page.locator('.flow-marks path').count(), 1);
    await page.locator('.event-right small').getByText('Set 2').first().waitFor();
    await organiser.publish(match, { type: 'undo' });
    await told(page, 'Biggest lead: Lyon +20, Metz +2');
    const label = await page.getByRole('img', { name: /Course of the score/ }).getAttribute('aria-label');
    assert.match(label, /Lyon \+20, Metz \+2/);
    await audit(page, 'a match with its course');
  });

  test('tells cards and fouls in the words of the sport', async () => {
    const match = await matchOf('FOOTBALL');
    await organiser.publish(match, [
      { type: 'start' },
      ...points('ABB'),
      { type: 'card', side: 'A', detail: { colour: 'yellow' } },
      { type: 'card', side: 'A', detail: { colour: 'yellow' } },
      { type: 'card', side: 'B', detail: { colour: 'red' } },
    ]);
    const page = await visit(venue, { size: LAPTOP });
    await page.goto(`/match?id=${match.id}`);
    const counts = (name) => page.getByRole('row', { name }).getByRole('cell').allInnerTexts();
    await page.getByRole('row', { name: /Yellow card/ }).waitFor();
    assert.deepEqual(await counts(/Yellow card/), ['2', '0']);
    assert.deepEqual(await counts(/Red card/), ['0', '1']);
    await told(page, 'the lead changed 1 time');
    await audit(page, 'a match with cards');
  });

  test('says what comes next on its court, and what is on there once it is over', async () => {
    const court = await organiser.call('POST', '/api/courts', { name: 'Court 1' });
    const first = await matchOf('BADMINTON', { courtID: court.id });
    const sides = { A: { name: 'Brest' }, B: { name: 'Nancy' } };
    const second = await matchOf('BADMINTON', { courtID: court.id, sides });
    await organiser.publish(first, { type: 'start' });
    const page = await visit(venue, { size: PHONE });
    await page.goto(`/match?id=${first.id}`);
    await page.locator('court-next', { hasText: 'Next on Court 1: Brest against Nancy' }).waitFor();
    await organiser.publish(second, [{ type: 'start' }, ...points('A')]);
    await organiser.publish(first, { type: 'finish' });
    await page.locator('court-next', { hasText: 'Now on Court 1: Brest against Nancy' }).waitFor();
    await audit(page, 'a match that is over');
    await page.getByRole('link', { name: 'Brest against Nancy' }).click();
    await page.waitForURL(`**/match?id=${second.id}`);
    await page.locator('.event').first().waitFor();
  });
});

describe('the course of a score', () => {
  const state = (...periods) => ({ periods: periods.map(([A, B]) => ({ A, B })), score: { A: 0, B: 0 } });
  const scored = (seq, type, ...periods) => ({ seq, event: { type }, state: state(...periods) });

  test('begins each set at nothing, and counts on through the periods of a timed sport', () => {
    const entries = [scored(1, 'point', [1, 0]), scored(2, 'point', [2, 0]), scored(3, 'point', [2, 0], [0, 1])];
    assert.deepEqual(flowOf(entries, new Set(), true).stretches.map(({ leads }) => leads), [[1, 2], [-1]]);
    assert.deepEqual(flowOf(entries, new Set(), false).stretches.map(({ leads }) => leads), [[1, 2], [1]]);
  });

  test('leaves out what was undone later, and keeps what came after it', () => {
    const entries = [
      scored(1, 'point', [1, 0]),
      scored(2, 'point', [2, 0]),
      scored(3, 'point', [2, 1]),
      scored(4, 'undo', [1, 1]),
    ];
    const { stretches, most, changes } = flowOf(entries, new Set([entries[1]]), true);
    assert.deepEqual(stretches, [{ leads: [1, 0], score: { A: 1, B: 1 } }]);
    assert.deepEqual([most, changes], [{ A: 1, B: 0 }, 0]);
  });

  test('draws kicks by themselves, and takes them for no lead', () => {
    const kick = (entry) => ({ ...entry, state: { ...entry.state, phase: 'shootout' } });
    const entries = [
      scored(1, 'point', [1, 0]),
      scored(2, 'point', [1, 0], [0, 1]),
      kick(scored(3, 'point', [1, 0], [0, 1], [0, 1])),
      kick(scored(4, 'point', [1, 0], [0, 1], [0, 2])),
    ];
    const { stretches, most, changes } = flowOf(entries, new Set(), false);
    assert.deepEqual(stretches.map(({ leads }) => leads), [[1], [0], [-1, -2]]);
    assert.deepEqual([most, changes], [{ A: 1, B: 0 }, 0]);
  });

  test('of a typed result knows the ends alone', () => {
    const entries = [scored(1, 'point', [1, 0]), scored(2, 'result', [21, 19], [15, 21])];
    assert.deepEqual(flowOf(entries, new Set(), true).stretches.map(({ score }) => score), [{ A: 21, B: 19 }, { A: 15, B: 21 }]);
  });

  test('counts how often the lead changed, and a level score as no change', () => {
    const tallies = [[1, 0], [1, 1], [1, 2], [2, 2], [2, 3], [3, 3], [4, 3]];
    const entries = tallies.map((tally, index) => scored(index + 1, 'point', tally));
    assert.equal(flowOf(entries, new Set(), true).changes, 2);
  });
});
