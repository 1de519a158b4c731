/**
 * What is played next in a timed match: another period, extra time, a shoot-out.
 *
 * @typedef {import('./periods.js').Board} Board
 * @typedef {import('./state.js').Phase} Phase
 * @typedef {Pick<Board, 'rules'|'phase'|'count'>} Course what the periods are that were begun
 */
import { readRules } from './definition.js';
import { leader } from './state.js';

/** @param {Board} board @returns {import('./conduct.js').Scope} */
export function scope(board) {
  const period = Math.max(board.count('regular'), 1) - 1;
  return { period, half: halfOf(board, period), extra: board.phase() !== 'regular' };
}

/** The part of the match that follows the pause that it is in. @param {Board} board */
export function scopeAfterPause(board) {
  if (!board.over || nextPhase(board) !== 'regular') return null;
  const period = scope(board).period + 1;
  return { period, half: halfOf(board, period), extra: false };
}

/** The half that a regular period belongs to, both from 0. @param {Board} board @param {number} period */
function halfOf({ rules }, period) {
  const count = Math.max(rules.period.count, 1);
  return Math.trunc((Math.min(period, count - 1) * 2) / count);
}

/** Says if it is time to draw who wins a level match: in extra time, or before it. @param {Board} board */
export const mayDrawPriority = (board) =>
  board.phase() === 'extra_time' || (board.over && nextPhase(board) === 'extra_time');

/** @param {Course} board @returns {Phase} */
export function nextPhase(board) {
  const { period, shootout } = board.rules;
  const phase = board.phase();
  if (period.count === 0 || (board.count('regular') < period.count && phase === 'regular')) return 'regular';
  if (phase === 'shootout') return 'shootout';
  if (extraLeft(board)) return 'extra_time';
  return shootout ? 'shootout' : 'extra_time';
}

/** Says if these rules have something left to play for after a level score. @param {Board} board */
export const goesOn = (board) => extraLeft(board) || board.rules.shootout !== null;

/** Says if so many of the extra periods are beyond the last round. @param {Course} board @param {number} beyond */
export function afterLastRound(board, beyond) {
  const { extra } = board.rules;
  if (!extra || extra.rounds === null) return false;
  return board.count('extra_time') >= extra.count * extra.rounds + beyond;
}

/** Says if extra time has a period left: one of its rounds, or play for a lead after them. @param {Course} board */
function extraLeft(board) {
  const { extra } = board.rules;
  return extra !== null && (extra.lead !== null || !afterLastRound(board, extra.suddenDeath ? 1 : 0));
}

/** Says if the first to score in the current period of extra time wins. @param {Board} board */
export function firstScoreWins(board) {
  const { extra } = board.rules;
  return extra?.kind === 'sudden_death' || (!!extra?.suddenDeath && afterLastRound(board, 1));
}

/** Says if play for a lead goes on after extra time, without a pause. @param {Course} board */
export function playsOn(board) {
  const lead = board.rules.extra?.lead ?? null;
  return lead !== null && board.phase() === 'extra_time' && afterLastRound(board, 0);
}

/** Says if extra time ended level, and nobody has said yet who was drawn to win it. @param {Board} board */
export function awaitsPriority(board) {
  const last = !!board.rules.extra?.priority && afterLastRound(board, 0);
  const level = leader(board.total()) === null;
  return board.over && last && board.phase() === 'extra_time' && board.serving === null && level;
}

/**
 * The same for a page, which knows the phases of the periods that were begun.
 *
 * @param {any} rules as the server gives them
 * @param {Phase[]} phases
 */
export function pauseAfter(rules, phases) {
  const read = readRules(rules);
  if (read.engine !== 'periods') return null;
  return pause({
    rules: read,
    phase: () => phases[phases.length - 1] ?? 'regular',
    count: (phase) => phases.filter((one) => one === phase).length,
  });
}

/**
 * Seconds of the pause after the current period, as far as the rules say it.
 *
 * @param {Course} board
 * @returns {number|null}
 */
export function pause(board) {
  const { period, extra, shootout } = board.rules;
  /** @param {number[]} breaks @param {number} periods */
  const after = (breaks, periods) => breaks[Math.min(periods, Math.max(breaks.length - 1, 0))] ?? null;
  const regular = after(period.breaks, Math.max(board.count('regular') - 1, 0));
  const next = nextPhase(board);
  if (next === 'regular') return regular;
  const inExtra = (extra && after(extra.breaks, board.count('extra_time'))) ?? regular;
  if (next === 'shootout') return shootout?.pause ?? inExtra;
  if (playsOn(board)) return 0;
  const sudden = afterLastRound(board, 0) ? extra?.suddenDeath : null;
  return sudden?.pause ?? inExtra;
}
