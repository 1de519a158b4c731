/** The big screen: what it shows of many matches, what an organiser tells it, and what it says when it hears nothing. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { gridOf, pagesOf, readOrders } from '../../static/core/screen.js';
import { LAPTOP, TV, Venue } from './venue.js';
import { audit, closeBrowser, endVisits, expectText, openBrowser, visit } from './visits.js';

const LONG = 'Association sportive et culturelle intercommunale de badminton de la haute vallée de l’Ange, section des vétérans';
const SIZES = { hd: { width: 1280, height: 720 }, 'full hd': TV, '4k': { width: 3840, height: 2160 }, upright: { width: 1080, height: 1920 } };

const point = (side) => ({ type: 'point', side });

describe('the big screen', () => {
  let venue;
  let organiser;
  let cup;

  before(openBrowser);
  after(closeBrowser);
  beforeEach(async () => {
    venue = await Venue.open();
    organiser = await venue.organiser();
    cup = await organiser.tournament('Open', 'BADMINTON');
  });
  afterEach(async () => {
    await venue.close();
    await endVisits();
  });

  const makeCourt = (name) => organiser.call('POST', '/api/courts', { name });
  const makeMatch = (court, a, b) =>
    organiser.call('POST', '/api/matches', {
      tournamentID: cup.id,
      courtID: court.id,
      sides: { A: { name: a }, B: { name: b } },
      // One long name stands on many courts.
      confirm: true,
    });
  const tile = (page, court) => page.locator('tv-tile', { hasText: court });
  const pointsOf = (page, court, side) => tile(page, court).locator(`[data-side=${side}] .tv-points`);

  test('shows all courts, moves their scores, and keeps them with their age while the server is away', async () => {
    const courts = [await makeCourt('Court 1'), await makeCourt('Court 2')];
    const matches = [await makeMatch(courts[0], 'Lyon', 'Metz'), await makeMatch(courts[1], 'Brest', 'Nancy')];
    for (const match of matches) await organiser.publish(match, [{ type: 'start' }, point('A')]);
    const page = await visit(venue, { size: TV });
    await page.goto('/tv');
    await expectText(pointsOf(page, 'Court 1', 'A'), /^1$/);
    await organiser.publish(matches[1], point('B'));
    await expectText(pointsOf(page, 'Court 2', 'B'), /^1$/);
    await audit(page, 'the wall');
    assert.equal(await page.locator('.tv-lost').isVisible(), false);
    await venue.kill();
    await page.locator('.tv-lost').getByText(/No connection · as of \d/).waitFor();
    await expectText(pointsOf(page, 'Court 2', 'B'), /^1$/);
    assert.equal(await tile(page, 'Court 1').getByText('Last known score').isVisible(), true);
    await audit(page, 'the wall without a connection');
    await venue.start();
    await page.locator('.tv-lost').waitFor({ state: 'hidden' });
    organiser = await venue.organiser();
    await organiser.publish(matches[0], point('A'));
    await expectText(pointsOf(page, 'Court 1', 'A'), /^2$/);
  });

  test('keeps a result on its court until the next match there begins, and says which one comes', async () => {
    const court = await makeCourt('Court 1');
    const [first, second] = [await makeMatch(court, 'Lyon', 'Metz'), await makeMatch(court, 'Brest', 'Nancy')];
    await organiser.publish(first, [{ type: 'start' }, point('A')]);
    const page = await visit(venue, { size: LAPTOP });
    await page.goto(`/tv?court=${court.id}`);
    await expectText(pointsOf(page, 'Court 1', 'A'), /^1$/);
    await organiser.publish(first, { type: 'result', detail: { periods: [{ A: 21, B: 9 }, { A: 21, B: 12 }] } });
    await page.getByText('Winner').waitFor();
    await page.getByText('Next: Brest against Nancy').waitFor();
    await audit(page, 'a court after its match');
    await organiser.publish(second, [{ type: 'start' }, point('B')]);
    await tile(page, 'Brest').waitFor();
    await expectText(pointsOf(page, 'Court 1', 'B'), /^1$/);
    await page.getByRole('status').filter({ hasText: 'Brest 0, Nancy 0. Points: 0 – 1' }).waitFor({ state: 'attached' });
  });

  test('fills every screen without scrolling, with names of any length, and never wraps a score', async () => {
    const made = [];
    const fillTo = async (count) => {
      while (made.length < count) {
        const court = await makeCourt(`Court ${made.length + 1}`);
        const match = await makeMatch(court, made.length % 2 ? 'Lyon' : LONG, LONG.slice(1));
        await organiser.publish(match, [{ type: 'start' }, ...Array.from({ length: 19 }, () => point('A'))]);
        made.push(court);
      }
    };
    for (const count of [1, 4, 12]) {
      await fillTo(count);
      for (const [name, size] of Object.entries(SIZES)) {
        const page = await visit(venue, { size });
        for (const query of ['', `?court=${made[0].id}`, '?view=results']) {
          await page.goto(`/tv${query}`);
          await page.locator(query === '?view=results' ? 'tv-results li' : '.tv-points').first().waitFor();
          const { over, wrapped, cut } = await page.evaluate(() => {
            const root = document.documentElement;
            const scores = [...document.querySelectorAll('.tv-points, .tv-sets')].filter((score) => score.textContent);
            const lines = (score) => score.clientHeight / parseFloat(getComputedStyle(score).fontSize);
            const outside = (score) => {
              const box = score.getBoundingClientRect();
              const frame = score.closest('tv-tile, li').getBoundingClientRect();
              return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1);
            };
            return {
              over: [root.scrollWidth - innerWidth, root.scrollHeight - innerHeight],
              wrapped: scores.filter((score) => lines(score) > 1.9).length,
              cut: scores.filter(outside).length,
            };
          });
          assert.deepEqual({ over, wrapped, cut }, { over: [0, 0], wrapped: 0, cut: 0 }, `${count} at ${name} ${query}`);
        }
        await page.context().close();
      }
    }
  });

  test('is adopted by its code, obeys without a reload, and comes up right when either side was restarted', async () => {
    const court = await makeCourt('Court 1');
    await makeMatch(court, 'Lyon', 'Metz');
    const page = await visit(venue, { size: TV });
    await page.goto('/tv');
    const code = await page.locator('.tv-adopt strong').innerText();
    const desk = await visit(venue, { size: LAPTOP });
    await desk.goto('/');
    await desk.getByRole('button', { name: 'Organiser' }).click();
    await desk.getByLabel('PIN').fill(venue.pin);
    await desk.getByRole('button', { name: 'Log in' }).click();
    await desk.getByRole('link', { name: 'Screens' }).click();
    await desk.locator('.screen', { hasText: code }).waitFor();
    await audit(desk, 'the screens');
    await desk.getByLabel('Shows').selectOption('Results and next matches');
    await desk.getByLabel('Colours').selectOption('Dark');
    await desk.getByRole('button', { name: 'Show this' }).click();
    const results = page.getByRole('heading', { name: 'Results' });
    await results.waitFor();
    await audit(page, 'the results');
    const ground = () => page.evaluate(() => getComputedStyle(document.body).colorScheme);
    assert.equal(await ground(), 'dark');
    assert.equal(await page.locator('.tv-adopt').isVisible(), false);
    await page.reload();
    await results.waitFor();
    await venue.kill();
    await venue.start();
    await page.locator('.tv-lost').waitFor({ state: 'hidden' });
    await page.reload();
    await results.waitFor();
    await desk.getByRole('button', { name: 'Let it go' }).click();
    await page.locator('.tv-adopt', { hasText: code }).waitFor();
    await tile(page, 'Court 1').waitFor();
  });

  test('lies over a video stream as a strip on nothing', async () => {
    const court = await makeCourt('Court 1');
    const match = await makeMatch(court, 'Lyon', 'Metz');
    await organiser.publish(match, [{ type: 'start' }, point('B')]);
    const page = await visit(venue, { size: TV });
    await page.goto(`/tv?overlay=1&match=${match.id}`);
    await page.locator('[data-side=B] .tv-points').getByText('1').waitFor();
    const grounds = await page.evaluate(() =>
      [document.documentElement, document.body].map((element) => getComputedStyle(element).backgroundColor),
    );
    assert.deepEqual(grounds, ['rgba(0, 0, 0, 0)', 'rgba(0, 0, 0, 0)']);
    const strip = await page.locator('tv-tile').boundingBox();
    assert.ok(strip.width < TV.width / 3 && strip.height < TV.height / 5, JSON.stringify(strip));
    assert.equal(await page.locator('.tv-bar').evaluate((bar) => getComputedStyle(bar).clipPath), 'inset(50%)');
  });
});

describe('the orders of a screen', () => {
  const match = (id, status, courtID = null) => ({ id, courtID, courtName: courtID, order: Number(id), updatedAt: id, state: { status } });

  test('take turns between the courts and the results only where somebody asked for it', () => {
    const matches = Array.from({ length: 20 }, (_, index) => match(String(100 + index), 'live'));
    const kinds = (query) => pagesOf(readOrders(query), matches, []).map(({ kind, tiles }) => [kind, tiles?.length]);
    assert.deepEqual(kinds(''), [['wall', 7], ['wall', 7], ['wall', 6]]);
    assert.deepEqual(kinds('rotate=20').pop(), ['results', undefined]);
    assert.deepEqual(kinds('view=results'), [['results', undefined]]);
  });

  test('of nonsense are those of a wall', () => {
    const { view, rotate_s, theme, overlay } = readOrders('view=x&rotate=-3&theme=pink&overlay=yes');
    assert.deepEqual([view, rotate_s, theme, overlay], ['wall', 0, '', false]);
  });

  test('give the tiles a grid in which all have a place', () => {
    for (let tiles = 1; tiles <= 9; tiles++)
      for (const upright of [true, false]) {
        const { columns, rows } = gridOf(tiles, upright);
        assert.ok(columns * rows >= tiles && columns * (rows - 1) < tiles, `${tiles} in ${columns}×${rows}`);
      }
  });
});
