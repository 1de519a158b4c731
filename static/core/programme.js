/**
 * A match's place in the day's programme, in words: when it is planned, and how far its sides are on their way.
 *
 * @typedef {import('./types.js').Match} Match
 */
import { api, timeUntil } from './api.js';
import { t, timeOfDay } from './i18n.js';
import { isolated } from './isolate.js';
import { beginOf, minutesUntil } from './order.js';

/** Nobody may have said the zone yet. */
const ASK_AGAIN_MS = 60_000;

/** The time zone of the hall: its times are the same on every device. @type {string|undefined} */
let zone;
let askedAt = -ASK_AGAIN_MS;

/**
 * Asks in which zone the hall is, as soon as a time is to be shown.
 *
 * @param {Iterable<Match>} matches
 * @returns {Promise<boolean>} if it is known just now
 */
export async function learnHallZone(matches) {
  if (zone || performance.now() - askedAt < ASK_AGAIN_MS || ![...matches].some(({ plannedAt, expectedAt }) => plannedAt ?? expectedAt)) return false;
  askedAt = performance.now();
  const venue = await api.venue().catch(() => null);
  if (venue) inZoneOf(venue);
  return zone !== undefined;
}

/** The zone of the hall, once it is known. */
export const hallZone = () => zone;

/** From now on times are those of this hall. @param {{timeZone: string|null}} venue */
export function inZoneOf({ timeZone }) {
  zone = timeZone ?? undefined;
}

/** "10:40", as it is in the hall; nothing while nobody has published it. @param {Match} match */
export const plannedTime = ({ plannedAt }) => (plannedAt ? timeInHall(plannedAt) : '');

/** "10:40", as it is in the hall. @param {string} at */
const timeInHall = (at) => timeOfDay(Date.parse(at), false, zone);

/**
 * When a match begins: "At 10:40", "About 11:05, planned 10:40"; nothing where nobody knows.
 *
 * @param {Match} match
 */
export function beginWords(match) {
  const { at, late } = beginOf(match);
  if (!at) return '';
  const time = timeInHall(at);
  if (!late) return t('call.at', { time });
  return match.plannedAt ? t('call.late', { time, planned: timeInHall(match.plannedAt) }) : t('call.about', { time });
}

/** "in 25 min", where that is near. @param {Match} match */
export function countdown(match) {
  const { at } = beginOf(match);
  const n = at && minutesUntil(timeUntil(at));
  return n ? t('call.in', { n }) : '';
}

/**
 * What there is to say of a match that has not begun: its call, else when it begins.
 *
 * @param {Match} match
 */
export function callWords(match) {
  if (match.call === 'called' || match.call === 'on_court') return t(`call.${match.call}`);
  const begins = [beginWords(match), countdown(match)];
  const words = match.call === 'soon' ? [t('call.soon'), ...begins] : begins;
  return words.filter(Boolean).join(' · ') || t('status.scheduled');
}

/** "moved, was 10:20 on Court 2": the place of a match before a published plan was changed. @param {Match} match */
export function movedWords({ moved }) {
  if (!moved) return '';
  const place = [moved.plannedAt ? timeInHall(moved.plannedAt) : '', isolated(moved.courtName ?? '')].filter(Boolean).join(', ');
  return t('call.moved', { place });
}
