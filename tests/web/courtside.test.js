/** Everybody at once: organiser, referee, spectators; real browsers against the real binary. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { LAPTOP, PHONE, Venue } from './venue.js';
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
  tabTo,
  startMatch,
  tapHalf,
  visit,
} from './visits.js';

const HTML_NAME = '<b>Bold</b> & "Sons"';
const LONG_NAME = 'Betriebssportgemeinschaftsmannschaft '.repeat(6).slice(0, 200).trim();

let venue;

before(openBrowser);
after(closeBrowser);

const visitor = (options) => visit(venue, options);

async function logIn(page) {
  await page.getByRole('button', { name: 'Organiser' }).click();
  await page.getByLabel('PIN').fill(venue.pin);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Log out' }).waitFor();
}

/** One match, prepared without a browser. */
async function oneMatch(a = 'Lyon', b = 'Paris') {
  const organiser = await venue.organiser();
  const match = await organiser.match(await organiser.tournament('Spring Open', 'BADMINTON'), a, b);
  return {
    ...match,
    organiser,
    pad: `/score?match=${match.id}#token=${match.refereeToken}`,
    page: `/match?id=${match.id}`,
  };
}

describe('a venue with a PIN', () => {
  beforeEach(async () => (venue = await Venue.open()));
  afterEach(async () => {
    await venue.close();
    await endVisits();
  });

  test('from the PIN to a tap that everybody sees, without a reload', async () => {
    const spectator = await visitor();
    await spectator.goto('/');
    await spectator.getByRole('heading', { name: 'Test Hall' }).waitFor();
    await spectator.getByRole('heading', { name: 'No matches yet' }).waitFor();

    const organiser = await visitor();
    await organiser.goto('/');
    await organiser.getByRole('button', { name: 'Organiser' }).click();
    await organiser.getByLabel('PIN').fill('00000000');
    await organiser.getByRole('button', { name: 'Log in' }).click();
    await organiser.getByText('This PIN is not right.').waitFor();
    await organiser.getByLabel('PIN').fill(venue.pin);
    await organiser.getByRole('button', { name: 'Log in' }).click();

    await organiser.getByRole('button', { name: 'New tournament' }).click();
    await organiser.getByRole('button', { name: 'Create tournament' }).click();
    await organiser.getByText('Please fill this in.').waitFor();
    await organiser.getByLabel('Name', { exact: true }).fill('Spring Open');
    await organiser.getByRole('dialog').getByLabel('Sport').selectOption({ label: 'Badminton' });
    await organiser.getByRole('button', { name: 'Create tournament' }).click();
    // A new tournament leads to the page of its teams.
    await organiser.waitForURL(/\/teams\?/);
    await organiser.getByRole('button', { name: 'New match' }).click();
    await organiser.getByLabel('First side').fill('Lyon');
    await organiser.getByLabel('Second side').fill('Paris');
    await organiser.getByRole('button', { name: 'Create match' }).click();
    const code = organiser.getByRole('img', { name: 'QR code for the scorer of Lyon against Paris' });
    await code.waitFor();
    assert.ok(
      await code.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)),
      'the QR code is drawn',
    );
    const pad = await organiser.getByRole('link', { name: 'Keep score on this device' }).getAttribute('href');
    await organiser.goto('/');

    await spectator.getByText('Not started').waitFor();
    const follower = await visitor({ size: PHONE });
    await follower.goto('/');
    await follower.getByRole('link', { name: 'Lyon against Paris' }).click();
    await follower.getByText('Nothing has happened yet.').waitFor();

    const referee = await visitor({ size: PHONE, hasTouch: true });
    await referee.goto(pad);
    await referee.getByRole('button', { name: 'Start match' }).tap();
    for (const name of ['Lyon', 'Lyon', 'Paris']) await tapHalf(referee, name);
    await saved(referee);

    await expectScore(points(spectator), 2, 1);
    await spectator.getByText('Live · Set 1').waitFor();
    await expectScore(points(organiser), 2, 1);
    await expectScore(pointsOnBoard(follower), 2, 1);
    await expectScore(follower.locator('.board-score'), 0, 0);
    await expectText(follower.locator('.event-words').first(), /^Point for Paris$/);
    await expectText(follower.locator('.event-score').first(), /^2 – 1$/);
    await expectText(follower.locator('.event').last(), /Match started/);

    for (const answer of ['Keep playing', 'Finish match']) {
      await referee.getByRole('button', { name: 'More' }).tap();
      await referee.getByRole('button', { name: 'Finish match' }).tap();
      await referee.getByRole('dialog', { name: 'Finish this match?' }).getByRole('button', { name: answer }).tap();
    }
    await expectText(follower.locator('score-board'), /Winner/);
    await spectator.locator('#finished').getByText('Final').waitFor();
    assert.ok(await halfOf(referee, 'Lyon').isDisabled());
  });

  test('a server that is killed comes back to every page, with each tap once', async () => {
    const match = await oneMatch();
    const [dashboard, follower, referee] = [await visitor(), await visitor(), await visitor({ size: PHONE })];
    await dashboard.goto('/');
    await follower.goto(match.page);
    await referee.goto(match.pad);
    await startMatch(referee);
    for (const name of ['Lyon', 'Paris', 'Lyon']) await tapHalf(referee, name);
    await saved(referee);
    await expectScore(pointsOnBoard(follower), 2, 1);

    await venue.kill();
    await dashboard.getByText('No connection').waitFor();
    await dashboard.getByText('Last known score').waitFor();
    await follower.getByText('Last known score').waitFor();
    await expectText(follower.locator('link-status'), /as of \d\d:\d\d:\d\d/);
    await referee.getByText('No connection').first().waitFor();
    for (let taps = 0; taps < 10; taps++) for (const name of ['Paris', 'Lyon']) await tapHalf(referee, name);
    await referee.getByRole('button', { name: 'Undo' }).click();
    await referee.getByText('21 taps kept here').waitFor();
    await expectScore(referee.locator('.half-score'), 11, 11);

    await venue.start();
    await saved(referee);
    await expectScore(pointsOnBoard(follower), 11, 11);
    await expectScore(points(dashboard), 11, 11);
    await dashboard.getByText('Up to date').waitFor();
    const history = await match.organiser.history(match);
    assert.deepEqual(
      history.map(({ seq }) => seq),
      Array.from({ length: 25 }, (_, index) => index + 1),
    );
    assert.equal(new Set(history.map(({ event }) => event.id)).size, 25);
    assert.equal(await follower.locator('.event').count(), 25);
  });

  test('taps made without a network survive a closed tab and arrive in order', async () => {
    const match = await oneMatch();
    const referee = await visitor({ size: PHONE });
    await referee.goto(match.pad);
    await saved(referee);
    assert.doesNotMatch(referee.url(), /token/, 'the code is out of the address bar');

    await venue.kill();
    await referee.getByText('No connection').first().waitFor();
    await startMatch(referee);
    for (const name of ['Lyon', 'Paris', 'Paris']) await tapHalf(referee, name);
    await referee.getByText('4 taps kept here').waitFor();
    const second = await referee.context().newPage();
    await referee.close();
    await venue.start();
    await second.goto(match.pad.replace(/#.*/, ''));
    await saved(second);
    await expectScore(second.locator('.half-score'), 1, 2);
    const history = await match.organiser.history(match);
    assert.equal(
      history
        .filter(({ event }) => event.type === 'point')
        .map(({ event }) => event.side)
        .join(''),
      'ABB',
    );
  });

  test('an ordered restart is followed without a hand', async () => {
    const match = await oneMatch();
    const follower = await visitor();
    await follower.goto(match.page);
    await follower.getByText('Up to date').waitFor();
    await venue.stop();
    await follower.getByText('No connection').waitFor();
    await venue.start();
    await follower.getByText('Up to date').waitFor();
  });

  test('a page that was too slow for the stream fills the gap in its history', async () => {
    const match = await oneMatch();
    const [follower, referee] = [await visitor(), await visitor({ size: PHONE })];
    let dropped = 0;
    await follower.routeWebSocket(/\/watch/, (page) => {
      const server = page.connectToServer();
      server.onMessage((text) => {
        const frame = JSON.parse(text);
        if (frame.type !== 'event' || frame.seq > 3) return page.send(text);
        dropped = frame.seq;
        if (dropped === 3) page.send(JSON.stringify({ type: 'resync', seq: 3, state: frame.state }));
      });
    });
    await follower.goto(match.page);
    await follower.getByText('Nothing has happened yet.').waitFor();
    await referee.goto(match.pad);
    await startMatch(referee);
    for (const name of ['Lyon', 'Lyon', 'Paris', 'Paris']) await tapHalf(referee, name);
    await expectScore(pointsOnBoard(follower), 2, 2);
    await expectText(follower.locator('.event-words').last(), /^Match started$/);
    assert.equal(await follower.locator('.event').count(), 5);
    assert.equal(dropped, 3);
  });

  test('a match that the server let go says so and can be asked for again', async () => {
    const match = await oneMatch();
    const follower = await visitor();
    let visits = 0;
    await follower.routeWebSocket(/\/watch/, (page) => {
      visits += 1;
      const server = page.connectToServer();
      if (visits > 1) return;
      server.onMessage((text) => {
        page.send(text);
        page.close({ code: 4001, reason: 'idle' });
      });
    });
    await follower.goto(match.page);
    await follower.getByText('Nobody is scoring now').waitFor();
    await follower.getByRole('button', { name: 'Try now' }).click();
    await follower.getByText('Up to date').waitFor();
    assert.equal(visits, 2);
  });

  test('a phone that slept asks for what it missed', async () => {
    const match = await oneMatch();
    const follower = await visitor({ size: PHONE });
    await follower.clock.install();
    await follower.goto(match.page);
    await follower.clock.runFor(1_000);
    await follower.getByText('Up to date').waitFor();
    const again = follower.waitForEvent('websocket');
    await follower.clock.fastForward('10:00');
    await again;
    await follower.getByText('Up to date').waitFor();
  });

  test('what was undone stays in the history, struck through', async () => {
    const match = await oneMatch();
    const [follower, referee] = [await visitor(), await visitor({ size: PHONE })];
    await follower.goto(match.page);
    await referee.goto(match.pad);
    await startMatch(referee);
    for (const name of ['Lyon', 'Paris']) await tapHalf(referee, name);
    await referee.getByRole('button', { name: 'Undo: Point for Paris' }).click();
    await saved(referee);
    await expectScore(referee.locator('.half-score'), 1, 0);
    await expectScore(pointsOnBoard(follower), 1, 0);
    assert.equal(await follower.locator('.event s').innerText(), 'Point for Paris');
    await expectText(follower.locator('.event').first(), /Undone: Point for Paris/);
    await referee.reload();
    await referee.getByRole('button', { name: 'Undo: Point for Lyon' }).click();
    await expectScore(pointsOnBoard(follower), 0, 0);
    assert.equal(await follower.locator('.event s').count(), 2);
  });

  test('a second phone stands by and can take over', async () => {
    const match = await oneMatch();
    const [first, second] = [await visitor({ size: PHONE }), await visitor({ size: PHONE })];
    await first.goto(match.pad);
    await startMatch(first);
    await tapHalf(first, 'Lyon');
    await saved(first);
    await second.goto(match.pad);
    await second.getByText('Another device keeps this score').waitFor();
    assert.ok(await halfOf(second, 'Lyon').isDisabled());
    await expectScore(second.locator('.half-score'), 1, 0);
    await second.getByRole('button', { name: 'Take over' }).click();
    await first.getByText('Another device keeps this score').waitFor();
    await tapHalf(second, 'Paris');
    await saved(second);
    await expectScore(first.locator('.half-score'), 1, 1);
  });

  test('a new code ends the old one, and the referee is told', async () => {
    const match = await oneMatch();
    const [organiser, referee] = [await visitor(), await visitor({ size: PHONE })];
    await referee.goto(match.pad);
    await saved(referee);
    await organiser.goto('/');
    await logIn(organiser);
    await organiser.getByRole('button', { name: 'Scorer code' }).click();
    await organiser.getByText('not known on this device').waitFor();
    await organiser.getByRole('button', { name: 'New code' }).click();
    await organiser.getByRole('img', { name: /^QR code for the scorer/ }).waitFor();
    await referee.getByText('This code has been replaced. Ask the organiser').waitFor();
    await referee.reload();
    await referee.getByText('This code has been replaced.').first().waitFor();
    await referee.goto(await organiser.getByRole('link', { name: 'Keep score on this device' }).getAttribute('href'));
    await saved(referee);
    await startMatch(referee);
    await tapHalf(referee, 'Lyon');
    await expectScore(points(organiser), 1, 0);
  });

  test('a match that is deleted says so on the pad and on its page, and leaves the dashboard', async () => {
    const match = await oneMatch();
    const [dashboard, follower, referee] = [await visitor(), await visitor(), await visitor({ size: PHONE })];
    await dashboard.goto('/');
    await dashboard.getByText('Not started').waitFor();
    await follower.goto(match.page);
    await referee.goto(match.pad);
    await saved(referee);
    await match.organiser.remove(match);
    await follower.getByText('This match has been deleted. The organiser has removed it.').waitFor();
    await referee.getByText('The organiser has deleted this match.').waitFor();
    await dashboard.getByRole('heading', { name: 'No matches yet' }).waitFor();
    await follower.reload();
    await follower.getByText('There is no such match').waitFor();
    await follower.goto('/match?id=nonsense');
    await follower.getByText('There is no such match').waitFor();
    await referee.goto('/score');
    await referee.getByText('type the letters below it').waitFor();
  });

  test('every page switches to French and keeps it', async () => {
    const match = await oneMatch();
    const page = await visitor();
    await page.goto('/');
    await page.getByText('Not started').waitFor();
    await page.getByLabel('Language').selectOption('fr');
    await page.getByText('Pas commencé').waitFor();
    await page.getByRole('button', { name: 'Organisateur' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
    await page.goto(match.page);
    await page.getByRole('heading', { name: 'Le fil du match' }).waitFor();
    await page.goto(match.pad);
    await page.getByRole('button', { name: 'Commencer le match' }).waitFor();
    await page.getByRole('button', { name: 'Plus' }).click();
    await page.getByLabel('Langue').selectOption('en');
    await page.getByRole('button', { name: 'Start match' }).waitFor();

    const french = await visitor({ locale: 'fr-CA' });
    await french.goto('/');
    await french.getByText('Pas commencé').waitFor();
  });

  test('names of any kind are shown as they are and break nothing', async () => {
    const match = await oneMatch(LONG_NAME, HTML_NAME);
    for (const size of [{ width: 360, height: 640 }, { width: 640, height: 360 }, LAPTOP]) {
      const page = await visitor({ size });
      for (const path of ['/', match.page, match.pad]) {
        await page.goto(path);
        await page.getByText(HTML_NAME).first().waitFor();
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${path} is ${overflow} px too wide at ${size.width} px`);
      }
      const halves = await page.locator('.half').all();
      for (const half of halves) {
        const { width, height } = await half.boundingBox();
        assert.ok(
          width * height > (size.width * size.height) / 5,
          `a half of the pad has only ${width} × ${height} px`,
        );
      }
    }
  });

  test('what a finger must hit on a phone is at least 48 pixels', async () => {
    const match = await oneMatch();
    const page = await visitor({ size: PHONE });
    await page.goto('/');
    await logIn(page);
    await page.getByText('Not started').waitFor();
    for (const path of ['/', match.page, match.pad]) {
      await page.goto(path);
      await page.getByText('Up to date').waitFor();
      const small = await page
        .locator('button:visible, a:visible, select:visible, input:visible')
        .evaluateAll((targets) =>
          targets
            .map((target) => ({
              text: target.textContent || target.getAttribute('aria-label'),
              box: target.getBoundingClientRect(),
            }))
            .filter(({ box }) => box.height < 47.9)
            .map(({ text, box }) => `${text}: ${box.height} px`),
        );
      assert.deepEqual(small, [], `on ${path}`);
    }
  });

  test('a log-out takes the tools and the codes away', async () => {
    await oneMatch();
    const page = await visitor();
    await page.goto('/');
    await logIn(page);
    await page.getByRole('button', { name: 'Scorer code' }).click();
    await page.getByRole('button', { name: 'New code' }).click();
    await page.getByRole('img', { name: /^QR code for the scorer/ }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'On this device' }).click();
    await page.getByRole('button', { name: 'New match' }).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Organiser' }).waitFor();
    const kept = await page.evaluate(() => Object.keys(localStorage).join());
    assert.doesNotMatch(kept, /referee-handouts/);
  });

  test('a log-out everywhere ends the log-in of every device', async () => {
    const [laptop, phone] = [await visitor(), await visitor()];
    for (const page of [laptop, phone]) {
      await page.goto('/');
      await logIn(page);
    }
    await laptop.getByRole('button', { name: 'Log out' }).click();
    await laptop.getByRole('button', { name: 'On all devices' }).click();
    await laptop.getByRole('button', { name: 'Organiser' }).waitFor();
    await phone.reload();
    await phone.getByRole('button', { name: 'Organiser' }).waitFor();
  });

  test('the dashboard tells guests how to follow', async () => {
    const page = await visitor({ size: PHONE });
    await page.goto('/');
    await page.getByRole('button', { name: 'Scan to follow' }).click();
    await page.getByText(venue.url).waitFor();
    const code = page.getByRole('dialog').getByRole('img');
    assert.ok(await code.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.equal(
      await page.evaluate(() => document.activeElement?.textContent),
      'Scan to follow',
      'the focus comes back',
    );
  });

  test('a match is followed and scored by keyboard alone', async () => {
    const match = await oneMatch();
    const [spectator, referee] = [await visitor(), await visitor({ size: PHONE })];
    await spectator.goto('/');
    await spectator.getByText('Not started').waitFor();
    await tabTo(spectator, 'Lyon against Paris');
    await spectator.keyboard.press('Enter');
    await spectator.getByText('Nothing has happened yet.').waitFor();
    await referee.goto(match.pad);
    await saved(referee);
    for (const name of ['Start match', 'Paris']) {
      await tabTo(referee, name);
      await referee.keyboard.press('Enter');
    }
    await expectScore(pointsOnBoard(spectator), 0, 1);
    await tabTo(referee, 'Undo');
    await referee.keyboard.press('Enter');
    await expectScore(pointsOnBoard(spectator), 0, 0);
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`axe finds nothing on any page in ${colorScheme}`, async () => {
      const match = await oneMatch();
      const [page, referee] = [
        await visitor({ colorScheme, size: PHONE }),
        await visitor({ colorScheme, size: PHONE }),
      ];
      await referee.goto(match.pad);
      await startMatch(referee);
      for (const name of ['Lyon', 'Lyon', 'Paris']) await tapHalf(referee, name);
      await referee.getByRole('button', { name: 'Undo' }).click();
      await saved(referee);
      await audit(referee, 'the pad');

      await page.goto('/');
      await expectScore(points(page), 2, 0);
      await audit(page, 'the dashboard');
      await page.getByRole('button', { name: 'Organiser' }).click();
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByText('Please fill this in.').waitFor();
      await audit(page, 'the log-in');
      await page.getByLabel('PIN').fill(venue.pin);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('button', { name: 'New match' }).click();
      await page.getByLabel('First side').waitFor();
      await audit(page, 'the form of a match');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Scorer code' }).click();
      await audit(page, 'the referee code');
      await page.goto(match.page);
      await expectScore(pointsOnBoard(page), 2, 0);
      await audit(page, 'the match');

      const second = await visitor({ colorScheme, size: PHONE });
      await second.goto(match.pad);
      await second.getByText('Another device keeps this score').waitFor();
      await audit(second, 'the pad that stands by');
      await venue.kill();
      await page.getByText('No connection').waitFor();
      await audit(page, 'the match without a connection');
      await referee.getByText('No connection').first().waitFor();
      await audit(referee, 'the pad without a connection');
    });
  }
});

describe('an open venue', () => {
  before(async () => (venue = await Venue.open({ flags: ['--open'] })));
  after(() => venue.close());
  afterEach(endVisits);

  test('says that anyone may write, and lets them', async () => {
    const page = await visitor();
    await page.goto('/');
    await page.getByText('anyone on this network may create matches and keep score').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Organiser' }).count(), 0);
    await page.getByRole('button', { name: 'New match' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Friendly');
    await page.getByRole('button', { name: 'Create tournament' }).click();
    await page.waitForURL(/\/teams\?/);
    await page.getByRole('button', { name: 'New match' }).click();
    await page.getByLabel('First side').fill('Blue');
    await page.getByLabel('Second side').fill('Red');
    await page.getByRole('button', { name: 'Create match' }).click();
    await page.getByRole('img', { name: /^QR code for the scorer/ }).waitFor();
  });
});
