/** The referee's pad over a whole match: from the link to the signature, through dead Wi-Fi, on a court, by a typed code. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { PHONE, Venue } from './venue.js';
import { audit, closeBrowser, endVisits, expectScore, expectText, openBrowser, saved, startMatch, tabTo, tapHalf, visit } from './visits.js';
import { Wifi } from './webkit.js';

let venue;

before(openBrowser);
after(closeBrowser);
beforeEach(async () => (venue = await Venue.open()));
afterEach(async () => {
  await venue.close();
  await endVisits();
});

const scores = (page) => page.locator('.half-score');
const press = (page, name) => page.getByRole('button', { name }).click();
const SHORT = { match: { best_of: 1 }, set: { target: 3, lead: 1, cap: 3 } };
const padOf = (match) => `/score?match=${match.id}#token=${match.refereeToken}`;
const sidesOf = (history) => history.filter(({ event }) => event.type === 'point').map(({ event }) => event.side);

/** A badminton match of one game to three points. */
async function shortMatch(organiser, { courtID, a = 'Lyon', b = 'Paris', rules = SHORT } = {}) {
  const sides = { A: { name: a }, B: { name: b } };
  return organiser.call('POST', '/api/matches', { sport: 'BADMINTON', rules, sides, courtID });
}

test('a badminton match from the link to the signature, which only the organiser reopens', async () => {
  const organiser = await venue.organiser();
  const match = await shortMatch(organiser);
  const referee = await visit(venue, { size: PHONE });
  await referee.goto(padOf(match));
  await startMatch(referee);
  for (const name of ['Lyon', 'Paris', 'Lyon', 'Lyon']) await tapHalf(referee, name);
  await expectText(referee.locator('.pad-prompt'), /Lyon wins 1 – 0 · 3–1/);
  await press(referee, 'Confirm the result');
  await referee.getByText('Do both sides agree?').waitFor();
  await press(referee.getByRole('dialog'), 'Confirm the result');
  await referee.getByText('Please fill this in.').waitFor();
  await audit(referee, 'the signature');
  await referee.getByLabel('Name or initials for Lyon').fill('A. L.');
  await referee.getByLabel('Name or initials for Paris').fill('B. P.');
  await press(referee.getByRole('dialog'), 'Confirm the result');
  await referee.getByText('Only the organiser can reopen the match.').waitFor();
  await saved(referee);
  assert.equal(await referee.getByRole('button', { name: /^Undo/ }).isDisabled(), true);
  const history = await organiser.history(match);
  const signed = history[history.length - 1].event;
  assert.equal(signed.type, 'confirm');
  assert.deepEqual(signed.detail, { A: 'A. L.', B: 'B. P.' });

  await organiser.publish(match, { type: 'undo' });
  await referee.getByRole('button', { name: 'Confirm the result' }).waitFor();
});

test('two hundred taps without a network, two killed tabs and a killed server: all arrive once, in order', async () => {
  const organiser = await venue.organiser();
  const sides = { A: { name: 'Lyon' }, B: { name: 'Paris' } };
  const match = await organiser.call('POST', '/api/matches', { sport: 'FOOTBALL', sides });
  const wifi = await Wifi.to(Number(new URL(venue.url).port));
  try {
    let referee = await visit({ url: wifi.url }, { size: PHONE });
    const pad = `${wifi.url}${padOf(match)}`;
    await referee.goto(pad);
    await startMatch(referee);
    await saved(referee);
    const taps = [];
    /** Taps as fast as the guard against slips allows. */
    const tapMany = async (count) => {
      for (let tap = 0; tap < count; tap++) {
        // In turn, because a half takes no second tap at once; now and then the same again, so that the order shows.
        const name = tap % 2 === 0 && tap % 10 !== 0 ? 'Paris' : 'Lyon';
        await tapHalf(referee, name);
        taps.push(name === 'Lyon' ? 'A' : 'B');
      }
    };
    /** The phone throws the tab away; the referee scans the code again. */
    const killTab = async () => {
      const context = referee.context();
      const fresh = await context.newPage();
      fresh.on('dialog', (dialog) => dialog.accept());
      await referee.close({ runBeforeUnload: false });
      referee = fresh;
      wifi.comeBack();
      await referee.goto(pad);
      await referee.locator('.half-score').first().waitFor();
    };
    const count = (side) => taps.filter((tap) => tap === side).length;
    wifi.cut();
    await referee.getByText('Go on: every tap is kept on this phone.').waitFor();
    await tapMany(100);
    await expectScore(scores(referee), count('A'), count('B'));
    await killTab();
    wifi.cut();
    await tapMany(60);
    await venue.kill();
    await tapMany(40);
    await venue.start();
    await killTab();
    await expectScore(scores(referee), count('A'), count('B'));
    await saved(referee);
    assert.deepEqual(sidesOf(await organiser.history(match)), taps);
  } finally {
    await wifi.close();
  }
});

test('a friendly match with other names is told to the referee, and taps of before wait for a word', async () => {
  const organiser = await venue.organiser();
  const match = await shortMatch(organiser);
  const wifi = await Wifi.to(Number(new URL(venue.url).port));
  const change = (sides) => organiser.call('PATCH', `/api/matches/${match.id}`, { sides });
  try {
    const referee = await visit({ url: wifi.url }, { size: PHONE });
    await referee.goto(`${wifi.url}${padOf(match)}`);
    await startMatch(referee);
    await saved(referee);
    await change({ A: { name: 'Metz' }, B: { name: 'Paris' } });
    await expectText(referee.locator('.pad-changed'), /Metz – Paris\. Before: Lyon – Paris/);
    await expectText(referee.locator('.half-name').first(), /Metz/);
    wifi.cut();
    await referee.locator('score-pad[data-phase="waiting"]').waitFor();
    await tapHalf(referee, 'Metz');
    await change({ A: { name: 'Paris' }, B: { name: 'Metz' } });
    wifi.comeBack();
    await expectText(referee.locator('.pad-standby:not([hidden])'), /from Metz – Paris to Paris – Metz. Your 1 tap was made/);
    await press(referee, 'Discard the tap');
    await saved(referee);
    assert.deepEqual(sidesOf(await organiser.history(match)), []);
  } finally {
    await wifi.close();
  }
});

test('a second phone stands by and takes over, and the first is told why', async () => {
  const organiser = await venue.organiser();
  const match = await shortMatch(organiser);
  const [first, second] = [await visit(venue, { size: PHONE }), await visit(venue, { size: PHONE })];
  await first.goto(padOf(match));
  await startMatch(first);
  await tapHalf(first, 'Lyon');
  await saved(first);
  await second.goto(padOf(match));
  await expectScore(scores(second), 1, 0);
  await press(second, 'Take over');
  await first.getByText('Another device keeps this score').waitFor();
  await tapHalf(second, 'Paris');
  await expectScore(scores(first), 1, 1);
});

test('a court’s link scores its matches one after the other', async () => {
  const organiser = await venue.organiser();
  const court = await organiser.call('POST', '/api/courts', { name: 'Court 1' });
  const { refereeToken } = await organiser.call('POST', `/api/courts/${court.id}/referee-token`);
  const referee = await visit(venue, { size: PHONE });
  await referee.goto(`/score?court=${court.id}#token=${refereeToken}`);
  await referee.getByText('No match waits on Court 1.').waitFor();
  await shortMatch(organiser, { courtID: court.id });
  const second = await shortMatch(organiser, { courtID: court.id, a: 'Nancy', b: 'Metz' });
  await startMatch(referee);
  for (let point = 0; point < 3; point++) await tapHalf(referee, 'Lyon');
  await referee.getByText('Next on Court 1: Nancy against Metz').waitFor();
  await press(referee, 'Go there');
  await startMatch(referee);
  await tapHalf(referee, 'Nancy');
  await saved(referee);
  assert.deepEqual(sidesOf(await organiser.history(second)), ['A']);
});

test('an interval is counted down beside its prompt and ends with the next point', async () => {
  const organiser = await venue.organiser();
  const sides = { A: { name: 'Lyon' }, B: { name: 'Paris' } };
  const match = await organiser.call('POST', '/api/matches', { sport: 'BADMINTON', variant: 'to_21', sides });
  await organiser.publish(match, Array(10).fill({ type: 'point', side: 'A' }));
  const referee = await visit(venue, { size: PHONE });
  await referee.goto(padOf(match));
  await tapHalf(referee, 'Lyon');
  await referee.locator('.pad-prompt[data-left="0:58"][data-late="false"]').waitFor();
  await tapHalf(referee, 'Lyon');
  await referee.locator('.pad-prompt:not([data-left])').waitFor({ state: 'attached' });
});

test('the pad says how it is, so that the organiser’s desk can show it', async () => {
  const organiser = await venue.organiser();
  const match = await shortMatch(organiser);
  const referee = await visit(venue, { size: PHONE });
  const told = referee.waitForResponse((response) => response.url().endsWith('/device'));
  await referee.goto(padOf(match));
  assert.equal((await told).status(), 204);
  const [{ matchID, devices }] = await organiser.call('GET', '/api/desk');
  assert.equal(matchID, match.id);
  assert.equal(devices[0].presence, 'active');
  assert.equal(devices[0].unsent, 0);
  assert.match(devices[0].name, /Linux/);
});

test('a code is typed where no camera is, and a wrong one is told', async () => {
  const organiser = await venue.organiser();
  const match = await shortMatch(organiser);
  const referee = await visit(venue, { size: PHONE });
  await referee.goto('/score');
  await audit(referee, 'the code');
  await referee.getByRole('textbox').fill('0000 0000');
  await press(referee, 'Go');
  await referee.getByText('This is not a scorer’s code').waitFor();
  await referee.getByRole('textbox').fill(match.refereeCode.toLowerCase().replace('-', ' '));
  await referee.keyboard.press('Enter');
  await startMatch(referee);
  await tapHalf(referee, 'Lyon');
  await saved(referee);
  assert.deepEqual(sidesOf(await organiser.history(match)), ['A']);
});

test('who begins is chosen before the start, and the sides change places on the pad with the ends', async () => {
  const organiser = await venue.organiser();
  const match = await shortMatch(organiser, { rules: { ...SHORT, match: { best_of: 3 } } });
  const referee = await visit(venue, { size: PHONE });
  await referee.goto(padOf(match));
  await expectText(referee.locator('.pad-prompt'), /Who begins/);
  await tapHalf(referee, 'Paris');
  await referee.locator('.half[aria-pressed="true"]').filter({ hasText: 'Paris' }).waitFor();
  await startMatch(referee);
  await saved(referee);
  const [{ event }] = await organiser.history(match);
  assert.deepEqual([event.type, event.side], ['start', 'B']);
  const upper = () =>
    referee.evaluate(() => [...document.querySelectorAll('.half')].sort((a, b) => a.offsetTop - b.offsetTop || a.offsetLeft - b.offsetLeft).map((half) => half.querySelector('.half-name').textContent)[0]);
  assert.equal(await upper(), 'Lyon');
  for (let point = 0; point < 3; point++) await tapHalf(referee, 'Lyon');
  await expectText(referee.locator('.pad-prompt'), /^Change ends$/);
  await press(referee, 'Ends changed');
  await referee.locator('.pad-halves[data-swapped]').waitFor();
  assert.equal(await upper(), 'Paris');
  await press(referee, /^Undo: Change of ends/);
  await referee.locator('.pad-halves:not([data-swapped])').waitFor();
});

/** The seconds that a clock shows. */
const secondsOn = async (clock) => {
  const [, minutes, seconds] = (await clock.innerText()).match(/(\d+):(\d\d)/);
  return Number(minutes) * 60 + Number(seconds);
};

test('the clock is one tap, runs on every board alike, and is set behind “More”', async () => {
  const organiser = await venue.organiser();
  const match = await organiser.call('POST', '/api/matches', { sport: 'FOOTBALL', sides: { A: { name: 'Lyon' }, B: { name: 'Paris' } } });
  const [referee, follower, dashboard] = [await visit(venue, { size: PHONE }), await visit(venue), await visit(venue)];
  await referee.goto(padOf(match));
  await follower.goto(`/match?id=${match.id}`);
  await dashboard.goto('/');
  await startMatch(referee);
  await press(referee, 'More');
  await press(referee, 'Set the clock');
  await referee.getByLabel('Minutes and seconds').fill('soon');
  await press(referee.getByRole('dialog'), 'Set');
  await referee.getByText('Please write minutes and seconds').waitFor();
  await referee.getByLabel('Minutes and seconds').fill('12:30');
  await press(referee.getByRole('dialog'), 'Set');
  await expectText(follower.locator('match-clock'), /12:30/);
  await press(referee, /start the clock/);
  await follower.locator('match-clock[data-runs]').waitFor();
  await expectText(follower.locator('match-clock'), /12:3[2-9]/);
  const shown = await Promise.all([referee.locator('.pad-clock'), follower.locator('match-clock'), dashboard.locator('match-clock')].map(secondsOn));
  assert.ok(Math.max(...shown) - Math.min(...shown) <= 1, `alike: ${shown}`);
  await audit(referee, 'the pad with a clock');
  await press(referee, /stop the clock/);
  await follower.locator('match-clock:not([data-runs])').waitFor();
  await saved(referee);
  const [stopped] = await Promise.all([referee.locator('.pad-clock'), follower.locator('match-clock')].map(secondsOn));
  const { state } = await organiser.call('GET', `/api/matches/${match.id}`);
  assert.equal(state.clock.running, false);
  assert.ok(Math.abs(state.clock.seconds - stopped) <= 1);
});

test('a clock that was started without a network is right on the boards afterwards', async () => {
  const organiser = await venue.organiser();
  const match = await organiser.call('POST', '/api/matches', { sport: 'BASKETBALL', sides: { A: { name: 'Lyon' }, B: { name: 'Paris' } } });
  const wifi = await Wifi.to(Number(new URL(venue.url).port));
  try {
    const [referee, follower] = [await visit({ url: wifi.url }, { size: PHONE }), await visit(venue)];
    await referee.goto(`${wifi.url}${padOf(match)}`);
    await follower.goto(`/match?id=${match.id}`);
    await startMatch(referee);
    await saved(referee);
    wifi.cut();
    await referee.getByText('Go on: every tap is kept on this phone.').waitFor();
    await press(referee, /start the clock/);
    await expectText(referee.locator('.pad-clock'), /9:5[0-6]/);
    wifi.comeBack();
    await follower.locator('match-clock[data-runs]').waitFor();
    const [here, there] = await Promise.all([referee.locator('.pad-clock'), follower.locator('match-clock')].map(secondsOn));
    assert.ok(Math.abs(here - there) <= 1, `${here} on the pad, ${there} on the board`);
  } finally {
    await wifi.close();
  }
});

test('taps that come too late are not counted, and both scores are said', async () => {
  const organiser = await venue.organiser();
  const match = await shortMatch(organiser);
  const wifi = await Wifi.to(Number(new URL(venue.url).port));
  try {
    const referee = await visit({ url: wifi.url }, { size: PHONE });
    await referee.goto(`${wifi.url}${padOf(match)}`);
    await startMatch(referee);
    await saved(referee);
    wifi.cut();
    await referee.getByText('Go on: every tap is kept on this phone.').waitFor();
    for (const name of ['Lyon', 'Paris']) await tapHalf(referee, name);
    await expectText(referee.locator('.pad-unsent'), /2 taps kept here · 1 on the server/);
    await organiser.publish(match, { type: 'retire', side: 'A' });
    wifi.comeBack();
    await expectText(referee.getByRole('alert'), /2 taps were not counted: the match is already finished/);
    await expectText(referee.getByRole('alert'), /Here: .*1 – 1.*On the server: .*0/);
    await audit(referee, 'a refusal');
    await referee.reload();
    await press(referee, 'Understood');
    await referee.getByRole('alert').waitFor({ state: 'hidden' });
  } finally {
    await wifi.close();
  }
});

test('a score is typed as a whole, a note and an injury are kept', async () => {
  const organiser = await venue.organiser();
  const sides = { A: { name: 'Lyon' }, B: { name: 'Paris' } };
  const match = await organiser.call('POST', '/api/matches', { sport: 'BADMINTON', variant: 'to_21', sides });
  const referee = await visit(venue, { size: PHONE });
  await referee.goto(padOf(match));
  await startMatch(referee);
  await press(referee, 'More');
  await audit(referee, '“More”');
  await referee.locator('.more-side[data-side="B"]').getByRole('button', { name: 'Injury' }).click();
  await press(referee, 'More');
  await press(referee, 'Add a note');
  await referee.getByLabel('Note for the record').fill('Wet floor');
  await press(referee, 'Keep note');
  await press(referee, 'More');
  await press(referee, 'Type the score');
  await referee.getByLabel('Score by set').fill('21-19 15');
  await press(referee, 'Enter this score');
  await referee.getByText('Please write pairs of numbers').waitFor();
  await referee.getByLabel('Score by set').fill('21-20 4-6');
  await press(referee, 'Enter this score');
  await press(referee, 'Change it');
  await referee.getByLabel('Score by set').fill('21-19 4-6');
  await press(referee, 'Enter this score');
  await expectScore(scores(referee), 4, 6);
  await saved(referee);
  const events = (await organiser.history(match)).map(({ event }) => event);
  assert.deepEqual(events.map(({ type }) => type), ['start', 'note', 'note', 'result']);
  assert.deepEqual([events[1].side, events[1].detail, events[2].detail], ['B', { kind: 'injury' }, { text: 'Wet floor' }]);
});

test('the whole pad by keyboard, from the start to the signature', async () => {
  const organiser = await venue.organiser();
  const match = await shortMatch(organiser);
  const referee = await visit(venue, { size: PHONE });
  await referee.goto(padOf(match));
  await referee.getByRole('button', { name: 'Start match' }).waitFor();
  const type = async (name) => {
    await tabTo(referee, name);
    await referee.keyboard.press('Enter');
  };
  await audit(referee, 'before the start');
  await type('Paris');
  await type('Start match');
  await expectText(referee.locator('.pad-undo'), /Match started, Paris begins/);
  await type('Lyon');
  await expectScore(scores(referee), 1, 0);
  await type('Undo: Point for Lyon');
  await expectScore(scores(referee), 0, 0);
  await type('More');
  await type('Suspend the match');
  await type('Resume');
  await type('More');
  await referee.keyboard.press('Escape');
  for (let point = 1; point <= 3; point++) {
    await referee.locator('.half:not([data-guarded])').filter({ hasText: 'Paris' }).waitFor();
    await type('Paris');
    await expectScore(scores(referee), 0, point);
  }
  await audit(referee, 'the end');
  await type('Confirm the result');
  await referee.keyboard.type('A. L.');
  await referee.keyboard.press('Tab');
  await referee.keyboard.type('B. P.');
  await referee.keyboard.press('Enter');
  await referee.getByText('Only the organiser can reopen the match.').waitFor();
  await saved(referee);
});
