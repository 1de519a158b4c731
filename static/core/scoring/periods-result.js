/**
 * The score of a timed match as a whole: for one that was written on paper, or must be corrected.
 *
 * @typedef {import('./definition.js').Periods} Periods
 * @typedef {import('./periods.js').Board} Board
 * @typedef {import('./state.js').Tally} Tally
 */
import { within } from './conduct.js';
import { nextPhase } from './periods-course.js';
import { Refusal } from './refusal.js';
import { PERIODS_MAX, zero } from './state.js';

/** From here on every sport's values add up to anything that they can add up to at all. */
const ENOUGH = 200;

/**
 * The score as a whole, in place of what was played.
 *
 * @param {Board} board
 * @param {Tally[]} periods
 */
export function correct(board, periods) {
  clear(board);
  for (const { A, B } of periods.slice(0, PERIODS_MAX)) {
    const phase = board.periods.length === 0 ? 'regular' : nextPhase(board);
    if (phase === 'shootout' && board.phase() === 'shootout') break;
    const points = { A: within(A), B: within(B) };
    board.periods.push({ points, phase });
    if (phase === 'shootout') board.attempts = { ...points };
  }
}

/** @param {Board} board */
function clear(board) {
  board.periods = [];
  board.over = board.full = false;
  board.announced = true;
  board.endsChanged = false;
  board.attempts = zero();
  board.cap = null;
  board.shotOut = null;
}

/**
 * Whether a score can come about under these rules.
 *
 * @param {Periods} rules
 * @param {Tally[]} periods
 */
export function legalResult(rules, periods) {
  const most = mostPeriods(rules);
  if (periods.length > most) return illegal(`there are at most ${most} periods`);
  for (const [index, { A, B }] of periods.entries()) {
    const wrong = [A, B].find((points) => points < 0 || !canBeScored(rules, points));
    if (wrong !== undefined) return illegal(`nobody can score ${wrong} in period ${index + 1}`);
  }
  // Extra time with a target of its own begins to count anew.
  const ownTarget = rules.extra?.target ?? null;
  const regular = ownTarget !== null && rules.period.count > 0 ? rules.period.count : periods.length;
  if (goesPast(rules, periods.slice(0, regular), rules.target)) return illegal(`the match is over at ${rules.target}`);
  return goesPast(rules, periods.slice(regular), ownTarget) ? illegal(`the match is over at ${ownTarget}`) : null;
}

/**
 * Whether points were scored after somebody had the target.
 *
 * @param {Periods} rules
 * @param {Tally[]} played
 * @param {number|null} target
 */
function goesPast({ points }, played, target) {
  if (target === null) return false;
  const greatest = points.length > 0 ? Math.max(...points.map(({ value }) => value)) : 1;
  const total = zero();
  for (const { A, B } of played) {
    total.A += A;
    total.B += B;
  }
  const [high, low] = [Math.max(total.A, total.B), Math.min(total.A, total.B)];
  return high >= target + greatest || low >= target;
}

/** @param {string} why */
const illegal = (why) => new Refusal('illegal_score', `${why}; “force” takes it all the same`);

/**
 * How many periods a match may begin. Where the rules know no extra time, two periods and a shoot-out are left to an
 * organiser who wants a winner.
 *
 * @param {Periods} rules
 */
export function canBegin({ period, extra }) {
  const inExtra = extra ? extra.count * (extra.rounds ?? Infinity) + (extra.lead === null ? 0 : 1) : 2;
  return period.count > 0 ? Math.min(period.count + inExtra + 1, PERIODS_MAX) : PERIODS_MAX;
}

/** @param {Periods} rules */
function mostPeriods({ period, extra, shootout }) {
  if (period.count === 0) return Infinity;
  const inExtra = extra ? extra.count * (extra.rounds ?? Infinity) + (extra.lead === null ? 0 : 1) : 0;
  return period.count + inExtra + (shootout ? 1 : 0);
}

/**
 * Whether the sport's ways to score can add up to this.
 *
 * @param {Periods} rules
 * @param {number} points
 */
function canBeScored(rules, points) {
  const ways = rules.points.map(({ value, after }) => value + (after ?? 0)).filter((way) => way > 0);
  if (ways.length === 0 || ways.includes(1) || points >= ENOUGH) return true;
  const can = [true];
  for (let sum = 1; sum <= points; sum += 1) can.push(ways.some((way) => way <= sum && can[sum - way]));
  return can[points] === true;
}
