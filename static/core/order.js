/**
 * The order of play.
 *
 * @typedef {import('./types.js').Match} Match
 */

/** Who is asked to come plays before the others. @param {Match} match */
const rankOf = ({ call }) => (call === 'on_court' ? 2 : call === 'called' ? 1 : 0);

/** A match that begins so much later than planned says so. */
const LATE_MS = 5 * 60_000;
/** Who waits longer wants the time, not how long it is until then. */
const NEAR_MS = 120 * 60_000;

/** When a match begins as things are, and if that is later than planned. @param {Match} match */
export function beginOf({ plannedAt, expectedAt }) {
  if (!expectedAt) return { at: plannedAt ?? null, late: false };
  return { at: expectedAt, late: !plannedAt || Date.parse(expectedAt) - Date.parse(plannedAt) >= LATE_MS };
}

/** The minutes until then, where that is near; null where it is not, or past. @param {number} until_ms */
export const minutesUntil = (until_ms) => (until_ms > 0 && until_ms < NEAR_MS ? Math.ceil(until_ms / 60_000) : null);

/**
 * The match that comes next on each court.
 *
 * @param {Iterable<Match>} matches
 * @returns {Map<string, Match>} by the ID of the court
 */
export function nextOnCourts(matches) {
  /** @type {Map<string, Match>} */
  const next = new Map();
  for (const match of matches) {
    if (!match.courtID || match.state.status !== 'scheduled') continue;
    const known = next.get(match.courtID);
    if (!known || inProgramme(match, known) < 0) next.set(match.courtID, match);
  }
  return next;
}

/** The order in which courts play: whoever is called first, then by time. @param {Match} a @param {Match} b */
export function inProgramme(a, b) {
  const called = rankOf(b) - rankOf(a);
  if (called !== 0) return called;
  const [one, other] = [a, b].map(({ plannedAt }) => plannedAt ?? '\uffff');
  return one === other ? a.order - b.order : (one ?? '') < (other ?? '') ? -1 : 1;
}
