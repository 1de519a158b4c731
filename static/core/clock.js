/**
 * The clock of a match. Its events say what it showed when somebody touched it; what it shows now is counted from there,
 * so that every board shows the same time and nobody sends any.
 *
 * @typedef {import('./types.js').Match} Match
 * @typedef {import('./types.js').MatchEvent} MatchEvent
 */
import { rulesOf } from './sport.js';

/** @param {Match} match */
const direction = (match) => (rulesOf(match)?.period?.counts === 'down' ? -1 : 1);

/**
 * Says if this sport is played by a clock.
 * @param {Match} match
 */
export const isTimed = (match) => (rulesOf(match)?.period?.minutes ?? 0) > 0;

/**
 * @param {Match} match
 * @param {number|null} since when its clock was last touched, in milliseconds by this device's clock
 * @param {number} [now] in milliseconds, too
 * @returns {number} seconds
 */
export function clockSeconds(match, since, now = Date.now()) {
  const { clock } = match.state;
  if (!clock) return direction(match) < 0 ? (rulesOf(match)?.period?.minutes ?? 0) * 60 : 0;
  const run_s = clock.running && since !== null ? Math.max(now - since, 0) / 1000 : 0;
  return Math.max(clock.seconds + direction(match) * run_s, 0);
}

/**
 * A clock that counts down shows 0:01 until its last second is over; one that counts up shows the seconds it has seen.
 *
 * @param {Match} match
 * @param {number|null} since
 */
export function clockText(match, since) {
  const exact = clockSeconds(match, since);
  const seconds = direction(match) < 0 ? Math.ceil(exact) : Math.floor(exact);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * A start that waited for the network says what the clock shows when it is sent, not when it was tapped: from then on it
 * runs for everybody.
 *
 * @template {MatchEvent} E
 * @param {E} event
 * @param {Match} match
 * @param {number} waited_ms
 * @returns {E}
 */
export function startedLate(event, match, waited_ms) {
  const { type, detail } = event;
  if (type !== 'clock' || detail?.['action'] !== 'start' || waited_ms < 1_000) return event;
  const seconds = Number(detail['seconds'] ?? 0) + direction(match) * (waited_ms / 1000);
  return { ...event, detail: { ...detail, seconds: Math.max(Math.round(seconds), 0) } };
}

/** @type {Set<() => void>} */
const listeners = new Set();
let timer = 0;

/**
 * Calls back four times a second, so that a clock is never a second late. One timer serves all clocks of a page.
 *
 * @param {() => void} listener
 * @returns {() => void} ends it
 */
export function onTick(listener) {
  listeners.add(listener);
  timer ||= setInterval(() => listeners.forEach((each) => each()), 250);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = 0;
  };
}
