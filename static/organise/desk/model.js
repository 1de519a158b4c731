/**
 * The day as the desk shows it: for each court what is on it, what comes and what is over; and what has no court.
 *
 * @typedef {import('../../core/types.js').Match} Match
 * @typedef {import('./requests.js').Plan} Plan
 * @typedef {import('./requests.js').Planned} Planned
 *
 * @typedef {object} Stand a match at its place
 * @property {Match} match
 * @property {Planned|undefined} place
 * @property {string|null} at its planned moment
 * @property {string|null} expectedAt where that differs, or no moment is planned
 * @property {number} delay in minutes
 *
 * @typedef {object} Court
 * @property {string} courtID
 * @property {string} name
 * @property {number|null} lateMinutes
 * @property {Stand[]} now what is played; else who is called
 * @property {Stand[]} queue
 * @property {Stand[]} over the latest first
 *
 * @typedef {{courts: Court[], tray: Stand[]}} Day
 */
import { inProgramme } from '../../core/order.js';

const MINUTE_MS = 60_000;
const LATE_MINUTES = 5;
const VERY_LATE_MINUTES = 15;
/** The results that a column keeps at hand, for corrections. */
const RESULTS = 12;

/** The look of a delay. @param {number|null|undefined} minutes @returns {'late'|'very-late'|null} */
export const lateness = (minutes) =>
  (minutes ?? 0) >= VERY_LATE_MINUTES ? 'very-late' : (minutes ?? 0) >= LATE_MINUTES ? 'late' : null;

/** @param {Match} match */
export const isPlaying = ({ state: { status } }) => status === 'live' || status === 'suspended';

/** @param {Match} match */
export const isWaiting = ({ state: { status } }) => status === 'scheduled';

/** @param {Match} match */
export const isCalled = (match) => isWaiting(match) && (match.call === 'called' || match.call === 'on_court');

/** A plan that nobody has published moves no match that is called or has begun. @param {Match} match @param {Planned} [place] */
const courtOf = (match, place) =>
  isWaiting(match) && !isCalled(match) ? (place?.courtID ?? match.courtID) : (match.courtID ?? place?.courtID ?? null);

/** @param {Match} match @param {Planned} [place] @returns {Stand} */
function standOf(match, place) {
  const at = place?.at ?? match.plannedAt ?? null;
  const expected = place?.expectedAt ?? match.expectedAt ?? null;
  const delay = at && expected ? Math.round((Date.parse(expected) - Date.parse(at)) / MINUTE_MS) : 0;
  const isNews = !at || Math.abs(delay) >= LATE_MINUTES;
  return { match, place, at, delay, expectedAt: isNews ? expected : null };
}

/** @param {Stand} one @param {Stand} other */
function inTime(one, other) {
  const called = Number(isCalled(other.match)) - Number(isCalled(one.match));
  if (called !== 0) return called;
  const [a, b] = [one, other].map(({ at, expectedAt }) => at ?? expectedAt ?? '\uffff');
  return a === b ? inProgramme(one.match, other.match) : (a ?? '') < (b ?? '') ? -1 : 1;
}

/** @param {Plan} plan @param {Map<string, Match>} matches @returns {Day} */
export function dayOf(plan, matches) {
  const places = new Map(plan.matches.map((place) => [place.matchID, place]));
  // Without times, a match stands on the court to which it is to be called.
  const proposed = new Map((plan.calls ?? []).map(({ matchID, courtID }) => [matchID, courtID]));
  /** @type {Map<string|null, Stand[]>} */
  const onCourt = new Map(plan.courts.map(({ courtID }) => [courtID, []]));
  /** @type {Stand[]} */
  const tray = [];
  for (const match of matches.values()) {
    const place = places.get(match.id);
    // It is planned on another day.
    if (match.plannedAt && !place && !isPlaying(match)) continue;
    const list = onCourt.get(courtOf(match, place) ?? proposed.get(match.id) ?? null);
    if (list) list.push(standOf(match, place));
    else if (match.state.status !== 'finished') tray.push(standOf(match, place));
  }
  const courts = plan.courts.map(({ courtID, name, lateMinutes = null }) => ({
    courtID,
    name,
    lateMinutes,
    ...partsOf(onCourt.get(courtID) ?? []),
  }));
  return { courts, tray: tray.sort(inTime) };
}

/** @param {Stand[]} all @returns {{now: Stand[], queue: Stand[], over: Stand[]}} */
function partsOf(all) {
  const waiting = all.filter(({ match }) => isWaiting(match)).sort(inTime);
  const playing = all.filter(({ match }) => isPlaying(match));
  const over = all.filter(({ match }) => match.state.status === 'finished');
  over.sort((a, b) => (a.match.updatedAt < b.match.updatedAt ? 1 : -1));
  const next = waiting[0];
  const isNext = playing.length === 0 && next !== undefined && isCalled(next.match);
  return {
    now: isNext ? [next] : playing,
    queue: isNext ? waiting.slice(1) : waiting,
    over: over.slice(0, RESULTS),
  };
}

/**
 * Tells a change that the lists depend on from a mere score.
 *
 * @param {Match} match
 */
export const outline = ({ id, courtID, state, call, plannedAt, expectedAt, attended, contested, sides, referee, number }) =>
  JSON.stringify([id, courtID, state.status, call, plannedAt, expectedAt, attended, contested, sides, referee, number]);

/** Matches as they are played one after the other. @param {Day} day @param {string[]} ids */
export function inOrder({ courts, tray }, ids) {
  const stands = [...courts.flatMap(({ queue }) => queue), ...tray];
  const at = (/** @type {string} */ id) => stands.find(({ match }) => match.id === id)?.at ?? '\uffff';
  return [...ids].sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0));
}

/**
 * The places at which several matches can be tried: on each court after a match that is not one of them, where the next
 * leaves room.
 *
 * @param {Plan} plan
 * @param {Day} day
 * @param {Set<string>} moved
 * @param {number} now
 * @returns {{courtID: string, from: string, to: string}[]}
 */
export function gapsOf(plan, { courts }, moved, now) {
  const { changeover, timeZone } = plan.settings;
  const lengthOf = (/** @type {string} */ id) => plan.matches.find(({ matchID }) => matchID === id)?.minutes ?? 0;
  const needed = [...moved].reduce((sum, id) => sum + lengthOf(id) + changeover, 0) * MINUTE_MS;
  const isToday = plan.clockIsSet && plan.day === dayAt(now, timeZone);
  const notBefore = isToday ? Math.ceil(now / MINUTE_MS) * MINUTE_MS : 0;
  return courts.flatMap(({ courtID, now: playing, queue }) => {
    const others = [...playing, ...queue].flatMap(({ place }) => (place && !moved.has(place.matchID) ? [place] : []));
    const taken = others.map(({ at, minutes }) => ({ from: Date.parse(at), to: Date.parse(at) + minutes * MINUTE_MS }));
    const opens = plan.courts.find((court) => court.courtID === courtID)?.open?.[0]?.from ?? plan.now;
    const begins = [Date.parse(opens), ...taken.map(({ to }) => to + changeover * MINUTE_MS)].map((begin) => Math.max(begin, notBefore));
    const fits = (/** @type {number} */ begin) => taken.every(({ from, to }) => to <= begin || from >= begin + needed);
    return [...new Set(begins)].filter(fits).map((begin) => {
      const from = new Date(begin).toISOString();
      return { courtID, from, to: from };
    });
  });
}

/** The day of a moment in the hall, as 2027-01-10. @param {number} moment @param {string|null} zone */
const dayAt = (moment, zone) => new Intl.DateTimeFormat('sv-SE', { timeZone: zone ?? 'UTC', dateStyle: 'short' }).format(moment);
