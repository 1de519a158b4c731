/**
 * A match's place in the day's programme, in words: when it is planned, and how far its sides are on their way.
 *
 * @typedef {import('./types.js').Match} Match
 */
import { api } from './api.js';
import { t, timeOfDay } from './i18n.js';

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
  if (zone || performance.now() - askedAt < ASK_AGAIN_MS || ![...matches].some(({ plannedAt }) => plannedAt)) return false;
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
export const plannedTime = ({ plannedAt }) => (plannedAt ? timeOfDay(Date.parse(plannedAt), false, zone) : '');

/**
 * What there is to say of a match that has not begun: its call, else its time.
 *
 * @param {Match} match
 */
export function callWords(match) {
  if (match.call && match.call !== 'planned') return t(`call.${match.call}`);
  const time = plannedTime(match);
  return time ? t('call.at', { time }) : t('status.scheduled');
}
