/**
 * What everybody sees of a timed match, and what the referee should do or announce.
 *
 * @typedef {import('./periods.js').Board} Board
 * @typedef {import('./state.js').Phase} Phase
 */
import { add } from './conduct.js';
import { afterLastRound, awaitsPriority, nextPhase, pause, playsOn } from './periods-course.js';
import { last, sayer } from './state.js';

const CLOCK_MAX_SECONDS = 1_000_000;

/** @param {Board} board @param {boolean} live @param {import('./state.js').MatchState} state */
export function show(board, live, state) {
  const phase = board.phase();
  state.score = headline(board);
  state.periods = board.periods.map(({ points }) => ({ ...points }));
  state.period = board.periods.length;
  if (phase !== 'regular') state.phase = phase;
  const shown = (phase === 'shootout' ? last(board.periods)?.points : null) ?? state.score;
  state.points = { A: String(shown.A), B: String(shown.B) };
  if (!live) return;
  state.serving = board.serving;
  showPrompts(board, state.prompt);
}

/** The score, with what a shoot-out adds to it once it is decided. @param {Board} board */
function headline(board) {
  const score = board.total();
  const { shotOut } = board;
  const kicks = last(board.periods)?.points;
  const gets = board.rules.shootout?.winnerGets ?? 0;
  // In a second leg the kicks decide more than this match: it keeps its own score.
  if (!shotOut || !kicks || score.A !== score.B) return score;
  if (gets !== 'all') return { ...score, [shotOut]: add(score[shotOut], gets) };
  return { A: add(score.A, kicks.A), B: add(score.B, kicks.B) };
}

/** Says if the sides change ends before the next period. @param {Board} board */
function endsAreDue(board) {
  const phase = board.phase();
  const ends = (phase === 'extra_time' ? board.rules.extra?.ends : null) ?? board.rules.ends;
  if (board.endsChanged || playsOn(board) || nextPhase(board) !== phase) return false;
  return ends === 'period' || (ends === 'half' && isHalfTime(board));
}

/** @param {Board} board @param {string[]} prompt */
function showPrompts(board, prompt) {
  const say = sayer(prompt);
  const { extra } = board.rules;
  const phase = board.phase();
  if (awaitsPriority(board)) {
    say(true, 'priority');
    return;
  }
  if (board.over) {
    const next = nextPhase(board);
    say(endsAreDue(board), 'ends');
    // Where extra time or a shoot-out follows at once, that alone is said; a regular period always has its break.
    say(next === 'regular' || pause(board) !== 0, 'interval');
    say(next === 'extra_time', 'extra_time');
    say(next === 'shootout', 'shootout');
    return;
  }
  say((board.cap !== null || board.periodCap !== null) && phase !== 'shootout', 'cap');
  say(extra !== null && extra.priority && phase === 'extra_time' && !board.serving, 'priority');
  say(onePointFromWinning(board), 'match_point');
}

/** The middle of the regular time, or of a round of extra time. @param {Board} board */
function isHalfTime(board) {
  const { period, extra } = board.rules;
  const phase = board.phase();
  const round = Math.max(phase === 'extra_time' && extra ? extra.count : period.count, 1);
  return (board.count(phase) % round) * 2 === round;
}

/** @param {Board} board */
function onePointFromWinning(board) {
  const phase = board.phase();
  const extraTarget = phase === 'extra_time' ? (board.rules.extra?.target ?? null) : null;
  const inAll = Math.min(board.cap ?? Infinity, board.rules.target ?? Infinity);
  const { A, B } = extraTarget === null ? board.total() : board.extraPoints();
  return phase !== 'shootout' && Math.max(A, B) + 1 >= (extraTarget ?? inAll);
}

/**
 * What the clock shows when the current period begins.
 *
 * @param {Board} board
 * @returns {import('./state.js').MatchClock}
 */
export function openingClock(board) {
  const { period, extra } = board.rules;
  const phase = board.phase();
  const extraMinutes = extra?.minutes ?? 0;
  const sudden = afterLastRound(board, 1) ? extra?.suddenDeath : null;
  /** @param {Phase} which */
  const before = (which) => Math.max(board.count(which) - (phase === which ? 1 : 0), 0);
  const minutes =
    period.counts === 'up'
      ? before('regular') * period.minutes + before('extra_time') * extraMinutes
      : extra && phase === 'extra_time'
        ? (sudden?.minutes ?? extraMinutes)
        : period.minutes;
  return { running: false, seconds: Math.min(minutes * 60, CLOCK_MAX_SECONDS) };
}
