/**
 * The score of a match of sets as a whole: for one that was written on paper, or must be corrected.
 *
 * @typedef {import('./ladder.js').Board} Board
 * @typedef {import('./state.js').Tally} Tally
 */
import { Refusal } from './refusal.js';
import { leader, zero } from './state.js';
import { Target, bestOf, mostSets, needed } from './target.js';

/**
 * The score as a whole, in place of what was played.
 *
 * @param {Board} board
 * @param {Tally[]} periods
 */
export function correct(board, periods) {
  clear(board);
  const sets = periods.slice(0, mostSets(board.ladder));
  for (const [index, { A, B }] of sets.entries()) {
    const set = { A, B };
    board.sets.push(set);
    board.over = null;
    const isLast = index + 1 === sets.length;
    const winner = board.setTarget().winner(set);
    if (!winner && isLast) continue;
    const outcome = board.endSet(winner ?? leader(set));
    if (!isLast) continue;
    board.server = null;
    return outcome;
  }
  board.server = null;
  board.endsDue = board.intervalDue = false;
  return null;
}

/** @param {Board} board */
function clear(board) {
  board.sets = [];
  board.won = zero();
  board.over = null;
  board.cutShort = false;
  board.game = zero();
  board.server = board.firstServer = null;
  board.serverNumber = 0;
  board.endsDue = board.intervalDue = board.serviceOver = false;
  if (board.expedite !== null) board.expedite = 0;
  board.beforePlay = board.serveSaid = false;
  board.servedAtEnd = null;
}

/**
 * Says if a score can come about under these rules, set by set; the last set may be unfinished.
 *
 * @param {import('./definition.js').Ladder} ladder
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
