/** Visitors of a venue, what they see and do: shared by all browser tests. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { device, launchBrowser } from './venue.js';

const AXE = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

let browser;
/** @type {Awaited<ReturnType<typeof device>>[]} */
let devices = [];

export async function openBrowser() {
  browser = await launchBrowser();
}

export async function closeBrowser() {
  await browser?.close();
}

/** A visitor, whose complaints fail the test at its end. */
export async function visit(venue, options) {
  const visiting = await device(browser, venue, options);
  devices.push(visiting);
  return visiting.page;
}

export async function endVisits() {
  const complaints = devices.flatMap((visiting) => visiting.complaints);
  await Promise.all(devices.map(({ context }) => context.close()));
  devices = [];
  assert.deepEqual(complaints, [], 'a page asked elsewhere, broke its content security policy or failed');
}

/** Waits until the text of an element is the one wanted, and shows both where it never is. */
export async function expectText(locator, wanted) {
  const seen = () => locator.innerText().catch(() => '');
  try {
    await locator.filter({ hasText: wanted }).waitFor({ timeout: 15_000 });
  } catch {
    assert.match(await seen(), wanted);
    throw new Error(`not visible: ${await seen()}`);
  }
}

export async function expectScore(locator, a, b) {
  await expectText(locator.first(), new RegExp(`^${a}$`));
  await expectText(locator.last(), new RegExp(`^${b}$`));
}

/** The points of the set being played, on the dashboard's cards and on a match's board. */
export const points = (page) => page.locator('match-card .side-beside');
export const pointsOnBoard = (page) => page.locator('.board-points');

export const saved = (page) => page.getByText('All saved on the server').waitFor();
export const halfOf = (page, name) => page.locator('.half').filter({ hasText: name });

/** Before the start, a tap on a half says who begins. */
export const startMatch = (page) => page.getByRole('button', { name: 'Start match' }).click();

/** Taps a half as soon as it listens again after the tap before. */
export const tapHalf = (page, name) => halfOf(page, name).and(page.locator(':not([data-guarded])')).click();

/** Presses Tab until the element of this name has the focus. */
export async function tabTo(page, name) {
  const focused = () =>
    page.evaluate(
      () => {
        const { activeElement: element } = document;
        return element === document.body ? '' : (element?.getAttribute('aria-label') ?? element?.textContent ?? '');
      },
    );
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    if ((await focused()).startsWith(name)) return;
  }
  assert.fail(`Tab never reaches “${name}”`);
}

export async function audit(page, what) {
  // An animation whose element is replaced meanwhile is cancelled: it is over, too.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((running) => running.effect?.getComputedTiming().iterations === 1)
        .map((running) => running.finished),
    ),
  );
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join('\n')}`,
  );
  assert.deepEqual(found, [], `axe on ${what}`);
}
