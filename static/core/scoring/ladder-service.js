/**
 * Who serves in a match of sets: after a point, in the next set, and when the referee says so.
 *
 * @typedef {import('./ladder.js').Board} Board
 * @typedef {import('./state.js').Side} Side
 */
import { other, otherIfAny, sum } from './state.js';
import { bestOf } from './target.js';

/** @param {Board} board @param {Side} side */
export function serveAfterPoint(board, side) {
  const { order } = board.ladder.serve;
  if (order === 'winner' || order === 'loser') {
    const next = order === 'loser' ? other(side) : side;
    board.serviceOver = board.server !== null && board.server !== next;
    board.server = next;
  }
}

/** @param {Board} board */
export function loseService(board) {
  if (board.serverNumber < board.ladder.serve.servers) {
    board.serverNumber += 1;
    return;
  }
  board.serverNumber = 1;
  board.server = otherIfAny(board.server);
  board.serviceOver = true;
}

/** @param {Board} board @param {Side|null} taker @returns {Side|null} */
export function servesNextSet(board, taker) {
  const { order, nextSet } = board.ladder.serve;
  const otherFirst = otherIfAny(board.firstServer);
  if (order === 'none') return null;
  // The games of all sets are served in turn; the one that just ended has passed the service on.
  if (order === 'by_game') return board.server;
  if (tossComes(board)) return null;
  if (order === 'alternate') return otherFirst;
  return { winner: taker, loser: otherIfAny(taker), alternate: otherFirst, toss: null }[nextSet];
}

/** Before the decider, a toss says who serves first and where. @param {Board} board */
export const tossComes = ({ ladder, sets }) => ladder.serve.deciderToss && sets.length + 1 >= bestOf(ladder);

/** The referee says who serves now. @param {Board} board @param {Side} side */
export function setServer(board, side) {
  board.serviceOver = false;
  board.server = turns(board) % 2 === 0 ? side : other(side);
  if (board.isFresh()) {
    board.firstServer = board.server;
    board.serverNumber = board.ladder.serve.servers;
  } else if (board.ladder.serve.order === 'alternate') {
    // Later in the set a referee says who serves this point, not who served first.
    const corrects = turns(board) === 0 && board.expedite === null && !board.serveSaid;
    if (board.firstServer === null || corrects) board.firstServer = board.server;
  } else {
    board.serverNumber = 1;
  }
}

/** @param {Board} board */
export const serving = (board) => (turns(board) % 2 === 0 ? board.server : otherIfAny(board.server));

/** How often the service has changed sides since `server` began. @param {Board} board */
function turns(board) {
  const { order, every, deuceEvery } = board.ladder.serve;
  const points = sum(board.set());
  // Each side serves one point in turn (ITTF Laws of Table Tennis, 2.15).
  if (order === 'alternate' && !board.over && board.expedite !== null) return Math.max(points - board.expedite, 0);
  if (order === 'alternate' && !board.over) {
    const deuce = 2 * (board.setTarget().target - 1);
    const before = Math.trunc(Math.min(points, deuce) / Math.max(every, 1));
    return before + Math.trunc(Math.max(points - deuce, 0) / Math.max(deuceEvery, 1));
  }
  if (order !== 'by_game') return 0;
  if (board.inTieBreak()) return Math.trunc((sum(board.game) + 1) / 2);
  return board.over || board.inGames() ? 0 : Math.trunc((points + 1) / 2);
}
