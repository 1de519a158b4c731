/**
 * The state of a match: what the fold of its events says. The order of the fields is part of its definition, because
 * the same events give the same bytes on the server and here.
 *
 * @typedef {import('../types.js').Side} Side
 * @typedef {import('../types.js').Tally} Tally
 * @typedef {import('../types.js').Status} Status
 * @typedef {'regular'|'extra_time'|'shootout'} Phase
 * @typedef {{running: boolean, seconds: number}} MatchClock
 *
 * @typedef {object} MatchState see CONTRACT, section 5
 * @property {Status} status
 * @property {Side|null} winner
 * @property {Tally} score
 * @property {Tally[]} periods
 * @property {number} period
 * @property {Record<Side, string>} points
 * @property {Side|null} serving
 * @property {Tally} fouls
 * @property {Record<Side, Record<string, number>>} cards
 * @property {Tally} timeouts
 * @property {MatchClock|null} clock
 * @property {string[]} prompt
 * @property {'walkover'|'retired'|'disqualified'|null} reason
 * @property {boolean} confirmed
 * @property {Phase} [phase] only when it is none of the regular ones
 */

/**
 * The most periods that a match is folded into, and that any event may begin: a state has an end, whatever is sent. A
 * sport whose file plans more sets than this has as many as it plans.
 */
export const PERIODS_MAX = 64;

/** @returns {MatchState} of a match before its first event */
export const emptyState = () => ({
  status: 'scheduled',
  winner: null,
  score: zero(),
  periods: [],
  period: 0,
  points: { A: '0', B: '0' },
  serving: null,
  fouls: zero(),
  cards: { A: {}, B: {} },
  timeouts: zero(),
  clock: null,
  prompt: [],
  reason: null,
  confirmed: false,
});

/** @returns {Tally} */
export const zero = () => ({ A: 0, B: 0 });

/** @param {Tally} count */
export const isZero = (count) => count.A === 0 && count.B === 0;

/** @param {Tally} count */
export const sum = ({ A, B }) => A + B;

/** @param {Side} side @returns {Side} */
export const other = (side) => (side === 'A' ? 'B' : 'A');

/** @param {Side|null} side */
export const otherIfAny = (side) => side && other(side);

/**
 * The side with more, or null when they are level.
 * @param {Tally} count
 * @returns {Side|null}
 */
export function leader(count) {
  if (count.A === count.B) return null;
  return count.A > count.B ? 'A' : 'B';
}

/**
 * @template T
 * @param {T[]} list
 * @returns {T|undefined}
 */
export const last = (list) => list[list.length - 1];

/**
 * Says to the referee what is to be said now.
 * @param {string[]} prompt
 */
export function sayer(prompt) {
  /** @param {boolean} when @param {string} what */
  return (when, what) => {
    if (when) prompt.push(what);
  };
}
