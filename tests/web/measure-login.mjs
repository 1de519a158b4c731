/**
 * What proving instead of telling costs, with the processor throttled to a sixth:
 *   node measure-login.mjs
 * The time from the press on Log in to the organiser's tools, and that of a sealed write.
 */
import { LAPTOP, Venue, device, launchBrowser } from './venue.js';

const THROTTLING = 6;
const WRITES = 20;

const venue = await Venue.open();
const browser = await launchBrowser();
try {
  const { page } = await device(browser, venue, { size: LAPTOP });
  const devtools = await page.context().newCDPSession(page);
  await page.goto('/');
  await page.getByRole('button', { name: 'Organiser' }).click();
  await page.getByLabel('PIN').fill(venue.pin);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: THROTTLING });
  const began = performance.now();
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('button', { name: 'New match' }).waitFor();
  console.log(`log-in at ${THROTTLING} times throttling: ${(performance.now() - began).toFixed(0)} ms`);
  const { prove, writes } = await page.evaluate(async (count) => {
    const { api } = await import('/static/core/api.js');
    const { pinExchange, agreement } = await import('/static/core/secure/group.js');
    const started = performance.now();
    const exchange = pinExchange('12345678');
    exchange.prove({ salt: '00'.repeat(16), rounds: 30_000, B: agreement().A });
    const prove = performance.now() - started;
    const writes = [];
    for (let n = 0; n < count; n++) {
      const at = performance.now();
      await api.createCourt(`Court ${n}`);
      writes.push(performance.now() - at);
    }
    return { prove, writes: writes.sort((a, b) => a - b) };
  }, WRITES);
  console.log(`of it the page's own computing: ${prove.toFixed(0)} ms`);
  console.log(`a sealed write: median ${writes[WRITES / 2].toFixed(0)} ms, longest ${writes.at(-1).toFixed(0)} ms`);
} finally {
  await browser.close();
  await venue.close();
}
