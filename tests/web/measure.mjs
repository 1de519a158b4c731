/**
 * What a referee's phone waits for, in figures:
 *   node measure.mjs
 * The bytes of the first load of the pad, and the time from a tap to the new score on the screen with the processor
 * throttled to a sixth.
 */
import { PHONE, Venue, device, launchBrowser } from './venue.js';

const TAPS = 60;
const THROTTLING = 6;

const venue = await Venue.open();
const browser = await launchBrowser();
try {
  const organiser = await venue.organiser();
  const match = await organiser.match(await organiser.tournament('Spring Open', 'TENNIS'), 'Lyon', 'Paris');
  // A history as long as a real one, all in one game: the pad folds it again after each tap.
  const rallies = Array.from({ length: 150 }, (_, index) => ({ type: 'point', side: index % 2 ? 'A' : 'B' }));
  await organiser.publish(match, rallies.slice(0, 90));
  const { page } = await device(browser, venue, { size: PHONE });
  const devtools = await page.context().newCDPSession(page);
  let [all, headers, requests] = [0, 0, 0];
  await devtools.send('Network.enable');
  devtools.on('Network.responseReceivedExtraInfo', ({ headersText = '' }) => (headers += headersText.length));
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    all += encodedDataLength;
    requests += 1;
  });
  const open = async ({ id, refereeToken }) => {
    await page.goto(`/score?match=${id}#token=${refereeToken}`);
    await page.getByText('All saved').waitFor();
    await page.locator('.half:not([disabled])').first().waitFor();
  };
  const kilobytes = (bytes) => (bytes / 1024).toFixed(1);
  await open(await organiser.match(await organiser.tournament('Open', 'BADMINTON'), 'Nancy', 'Metz'));
  console.log(`first load of the pad: ${kilobytes(all - headers)} KB, and ${kilobytes(headers)} KB headers of ${requests} answers`);
  await open(match);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: THROTTLING });
  const waits = await page.evaluate(
    async (taps) => {
      const halves = [...document.querySelectorAll('.half')];
      const waits = [];
      for (let tap = 0; tap < taps; tap++) {
        const half = halves[tap % 2];
        await new Promise((resolve) => setTimeout(resolve, 600));
        const began = performance.now();
        const shown = new Promise((resolve) => {
          const watch = new MutationObserver(() => requestAnimationFrame(() => setTimeout(resolve)));
          watch.observe(document.querySelector('.pad-halves'), { subtree: true, childList: true, characterData: true });
        });
        half.click();
        await shown;
        waits.push(performance.now() - began);
      }
      return waits.sort((a, b) => a - b);
    },
    TAPS,
  );
  const at = (share) => waits[Math.floor(waits.length * share)].toFixed(0);
  console.log(`tap to score at ${THROTTLING} times throttling: median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(0.999)} ms`);
} finally {
  await browser.close();
  await venue.close();
}
