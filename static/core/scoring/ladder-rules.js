/**
 * What the rules of a set sport say without a match: how many sets there are, what a board shows, which results are
 * possible.
 *
 * @typedef {import('./definition.js').Ladder} Ladder
 * @typedef {import('./definition.js').GameLevel} GameLevel
 * @typedef {import('./state.js').Tally} Tally
 */
import { Refusal } from './refusal.js';
import { zero } from './state.js';
import { Target } from './target.js';

/** What the next point would win, from nothing to the match. */
export const STAKE = { NOTHING: 0, SET: 1, MATCH: 2 };

/** @param {Tally} count */
export const total = ({ A, B }) => A + B;

/** @param {number|null} every @param {number} total */
export const divides = (every, total) => every !== null && every > 0 && total > 0 && total % every === 0;

/** @param {Ladder} ladder */
export const bestOf = ({ set, match }) => (set ? Math.max(match.bestOf ?? 1, 1) : 1);

/** How many sets win the match. @param {Ladder} ladder */
export const needed = (ladder) => Math.floor(bestOf(ladder) / 2) + 1;

/** @param {Ladder} ladder */
export const decidedByPoints = ({ set }) => set?.decider?.points ?? false;

/**
 * What a board shows for a side's points in a game.
 *
 * @param {GameLevel} game
 * @param {number} own
 * @param {number} other
 */
export function called({ target, calls, advantage }, own, other) {
  const deuce = target - 1;
  if (own > other && other >= deuce && calls.length > 0) return advantage;
  return calls[Math.min(Math.max(own, 0), calls.length - 1)] ?? String(own);
}

/**
 * Whether a score can come about under these rules, set by set; the last set may be unfinished.
 *
 * @param {Ladder} ladder
 * @param {Tally[]} periods
 */
export function legalResult(ladder, periods) {
  const sets = bestOf(ladder);
  const won = zero();
  for (const [index, set] of periods.entries()) {
    const number = index + 1;
    if (Math.max(won.A, won.B) >= needed(ladder) || number > sets) {
      return illegal(`set ${number} cannot be: the match was over before it`);
    }
    const target = Target.ofSet(ladder, number === sets);
    const winner = target.winner(set);
    const isLast = number === periods.length;
    if (winner ? !target.canEnd(set) : !(isLast && target.canStand(set))) {
      return illegal(`set ${number} cannot be ${set.A}–${set.B}`);
    }
    if (winner) won[winner] += 1;
  }
  return null;
}

/** @param {string} why */
const illegal = (why) => new Refusal('illegal_score', `${why}; “force” takes it all the same`);
