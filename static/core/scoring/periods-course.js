/**
 * What is played next in a timed match: another period, extra time, a shoot-out.
 *
 * @typedef {import('./periods.js').Board} Board
 * @typedef {import('./state.js').Phase} Phase
 */

/** @param {Board} board @returns {import('./conduct.js').Scope} */
export function scope(board) {
  const count = Math.max(board.rules.period.count, 1);
  const period = Math.max(board.count('regular'), 1) - 1;
  return {
    period,
    half: Math.trunc((Math.min(period, count - 1) * 2) / count),
    extra: board.phase() !== 'regular',
  };
}

/** @param {Board} board @returns {Phase} */
export function nextPhase(board) {
  const { period, shootout } = board.rules;
  const phase = board.phase();
  if (period.count === 0 || (board.count('regular') < period.count && phase === 'regular')) return 'regular';
  if (phase === 'shootout') return 'shootout';
  if (extraLeft(board)) return 'extra_time';
  return shootout ? 'shootout' : 'extra_time';
}

/** Whether these rules have something left to play for after a level score. @param {Board} board */
export const goesOn = (board) => extraLeft(board) || board.rules.shootout !== null;

/** Whether so many of the extra periods are beyond the last round. @param {Board} board @param {number} beyond */
export function afterLastRound(board, beyond) {
  const { extra } = board.rules;
  if (!extra || extra.rounds === null) return false;
  return board.count('extra_time') >= extra.count * extra.rounds + beyond;
}

/** Whether extra time has a period left: one of its rounds, or play for a lead after them. @param {Board} board */
function extraLeft(board) {
  const { extra } = board.rules;
  return extra !== null && (extra.lead !== null || !afterLastRound(board, 0));
}
