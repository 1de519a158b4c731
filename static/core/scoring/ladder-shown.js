/**
 * What everybody sees of a match of sets, and what the referee should do or announce.
 *
 * @typedef {import('./ladder.js').Board} Board
 * @typedef {import('./state.js').Side} Side
 * @typedef {import('./state.js').Tally} Tally
 */
import { serving } from './ladder-service.js';
import { leader, other, sayer } from './state.js';
import { needed } from './target.js';

/** What a board shows for a point is short, whatever a sport's file calls it. @param {string} text */
const clipped = (text) => [...text].slice(0, 16).join('');

/** What the next point would win, from nothing to the match. */
const STAKE = { NOTHING: 0, SET: 1, MATCH: 2 };

/** @param {Board} board @param {boolean} live @param {import('./state.js').MatchState} state */
export function show(board, live, state) {
  const { set, game } = board.ladder;
  state.score = { ...(set ? board.won : board.set()) };
  state.periods = board.sets.map((set) => ({ ...set }));
  state.period = board.sets.length;
  const calls = board.inGames() ? game : null;
  const shown = calls ? board.game : board.set();
  /** @param {Side} side */
  const text = (side) =>
    calls && !board.inTieBreak() ? called(calls, shown[side], shown[other(side)]) : String(shown[side]);
  state.points = { A: clipped(text('A')), B: clipped(text('B')) };
  if (!live) return;
  state.serving = serving(board);
  showPrompts(board, state.prompt);
}

/** @param {Board} board @param {string[]} prompt */
function showPrompts(board, prompt) {
  const say = sayer(prompt);
  const { order, servers, announce } = board.ladder.serve;
  say(board.endsDue, 'ends');
  say(board.intervalDue, 'interval');
  if (board.over || board.sets.length === 0) return;
  say(board.serviceOver && announce, 'service_over');
  say(order === 'side_out' && servers > 1 && board.server !== null && board.serverNumber > 1, 'second_server');
  say(decidingPoint(board), 'deciding_point');
  const stake = Math.max(stakeOf(board, 'A'), stakeOf(board, 'B'));
  say(stake === STAKE.SET, 'set_point');
  say(stake === STAKE.MATCH, 'match_point');
}

/** @param {Board} board @param {Side} side */
function stakeOf(board, side) {
  const sideOut = board.ladder.serve.order === 'side_out';
  if (sideOut && board.server && board.server !== side) return STAKE.NOTHING;
  /** @param {Tally} count @returns {Tally} */
  const plusOne = (count) => ({ ...count, [side]: count[side] + 1 });
  if (board.inGames() && !board.gameTarget().winner(plusOne(board.game))) return STAKE.NOTHING;
  if (!board.setTarget().winner(plusOne(board.set()))) return STAKE.NOTHING;
  const won = plusOne(board.won);
  const lastAndAhead = board.inDecider() && leader(won) === side;
  return won[side] >= needed(board.ladder) || lastAndAhead ? STAKE.MATCH : STAKE.SET;
}

/** One point decides the game for whoever wins it. @param {Board} board */
function decidingPoint(board) {
  const { A, B } = board.game;
  const sudden = board.ladder.game !== null && board.ladder.game.deuce !== 'advantage' && A > 0;
  if (!sudden || !board.inGames() || board.inTieBreak() || A !== B) return false;
  return board.gameTarget().winner({ A: A + 1, B }) !== null;
}

/**
 * What a board shows for a side's points in a game.
 *
 * @param {import('./definition.js').GameLevel} game
 * @param {number} own
 * @param {number} other
 */
function called({ target, calls, advantage }, own, other) {
  const deuce = target - 1;
  if (own > other && other >= deuce && calls.length > 0) return advantage;
  return calls[Math.min(Math.max(own, 0), calls.length - 1)] ?? String(own);
}
