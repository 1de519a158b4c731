/** Half the phones are iPhones: the pad in WebKit, from the scanned link to the last tap, through a dead Wi-Fi. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Venue } from './venue.js';
import { WebKit, Wifi } from './webkit.js';

let venue, wifi, webkit;

before(async () => {
  venue = await Venue.open();
  wifi = await Wifi.to(Number(new URL(venue.url).port));
  webkit = await WebKit.open();
});

after(async () => {
  await webkit?.close();
  await wifi?.close();
  await venue?.close();
});

const half = (side) => `.pad-side[data-side="${side}"] .half`;
const tap = (side) => webkit.click(`${half(side)}:not([data-guarded]):not([disabled])`);
const score = (side, points) => webkit.expect(`${half(side)} .half-score`, new RegExp(`^${points}$`));

test('a match is scored in WebKit: scan, score, offline, a killed tab, resume', async () => {
  const organiser = await venue.organiser();
  const match = await organiser.match(await organiser.tournament('Spring Open', 'BADMINTON'), 'Lyon', 'Paris');
  const pad = `${wifi.url}/score?match=${match.id}#token=${match.refereeToken}`;
  await webkit.goto(pad);
  await webkit.click('.pad-next:not([disabled])');
  await webkit.expect('.pad-undo', /started/);
  for (let taps = 1; taps <= 3; taps++) {
    await tap('A');
    await score('A', taps);
  }
  await webkit.expect('.pad-unsent', /All saved/);

  wifi.cut();
  await webkit.expect('score-pad[data-phase="waiting"] .pad-unsent', /./);
  for (let taps = 1; taps <= 5; taps++) {
    await tap('B');
    await score('B', taps);
  }
  await webkit.expect('.pad-unsent', /5/);

  await webkit.killTab();
  wifi.comeBack();
  await webkit.goto(pad);
  await score('A', 3);
  await score('B', 5);
  await webkit.expect('score-pad[data-phase="live"] .pad-unsent', /./);
  await tap('A');
  await score('A', 4);
  // The last tap is sent after all the others: once it is there, so are they.
  const wanted = 'AAABBBBBA';
  const sides = async () => {
    const history = await organiser.history(match);
    return history.filter(({ event }) => event.type === 'point').map(({ event }) => event.side).join('');
  };
  const until = Date.now() + 20_000;
  while ((await sides()).length < wanted.length && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(await sides(), wanted);
});
