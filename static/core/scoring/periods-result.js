/**
 * The score of a timed match as a whole: for one that was written on paper, or must be corrected.
 *
 * @typedef {import('./definition.js').Periods} Periods
 * @typedef {import('./definition.js').Extra} Extra
 * @typedef {import('./periods.js').Board} Board
 * @typedef {import('./play.js').PeriodResult} PeriodResult
 * @typedef {import('./scoring.js').Outcome} Outcome
 * @typedef {import('./state.js').Phase} Phase
 * @typedef {import('./state.js').Tally} Tally
 */
import { within } from './conduct.js';
import { Refusal } from './refusal.js';
import { firstScoreWins } from './periods-course.js';
import { PERIODS_MAX, last, leader, zero } from './state.js';

/** From here on every sport's values add up to anything that they can add up to at all. */
const ENOUGH = 200;

/**
 * The score as a whole, in place of what was played. Says when the rules end the match with it: a target, a goal in
 * sudden death, a shoot-out that has a winner. That the time is up no score says.
 *
 * @param {Board} board
 * @param {PeriodResult[]} periods
 * @returns {Outcome|null}
 */
export function correct(board, periods) {
  clear(board);
  const kinds = phases(board.rules, periods);
  for (const [index, { A, B }] of periods.slice(0, PERIODS_MAX).entries()) {
    const phase = kinds[index];
    if (!phase || board.phase() === 'shootout') break;
    const points = { A: within(A), B: within(B) };
    board.periods.push({ points, phase });
    if (phase === 'shootout') board.attempts = { ...points };
  }
  if (board.phase() === 'shootout') {
    const winner = board.leadsShootout();
    board.shotOut = winner;
    return winner ? { winner } : null;
  }
  if (board.phase() === 'extra_time' && firstScoreWins(board)) {
    const decided = leader(last(board.periods)?.points ?? zero());
    return decided ? { winner: decided } : null;
  }
  const ahead = leader(board.total());
  if (!ahead) return null;
  const outcome = board.decidedBy(ahead);
  board.over = board.full = !outcome && board.isFull();
  return outcome;
}

/** @param {Board} board */
function clear(board) {
  board.periods = [];
  board.over = board.full = false;
  board.announced = true;
  board.endsChanged = false;
  board.attempts = zero();
  board.cap = board.periodCap = null;
  board.shotOut = null;
}

/**
 * The kind of each period: as it is named, or as their number says.
 *
 * @param {Periods} rules
 * @param {PeriodResult[]} periods
 * @returns {Phase[]}
 */
function phases(rules, periods) {
  const { period, extra, shootout } = rules;
  const regular = period.count || periods.length;
  const named = periods.some(({ named }) => named !== null);
  const endsWithKicks = !named && shootout !== null && hasKicks(rules, Math.max(periods.length - regular, 0));
  /** @param {number} index @returns {Phase} */
  const unnamed = (index) => {
    if (index < regular) return 'regular';
    if (endsWithKicks && index + 1 === periods.length) return 'shootout';
    return shootout && index >= regular + (extra ? extraPeriods(extra) : 0) ? 'shootout' : 'extra_time';
  };
  return periods.map(({ named }, index) =>
    named === 'extra_time' || named === 'shootout' ? named : unnamed(index),
  );
}

/**
 * Says if so many periods beyond the regular ones can only be rounds of extra time and a shoot-out: extra time that has
 * two halves is not left after the first.
 *
 * @param {Periods} rules
 * @param {number} beyond
 */
function hasKicks({ extra }, beyond) {
  if (!extra) return beyond > 0;
  const sudden = extra.suddenDeath !== null && extra.rounds !== null && beyond === extra.count * extra.rounds + 1;
  return extra.count > 1 && beyond % extra.count !== 0 && !sudden;
}

/** The most periods of extra time. @param {Extra} extra */
const extraPeriods = ({ count, rounds, lead, suddenDeath }) =>
  count * (rounds ?? Infinity) + (lead === null ? 0 : 1) + (suddenDeath ? 1 : 0);

/**
 * Says if a score can come about under these rules. Extra time or kicks may follow a match that is not level: an earlier
 * one counts, too.
 *
 * @param {Periods} rules
 * @param {PeriodResult[]} periods
 */
export function legalResult(rules, periods) {
  const kinds = phases(rules, periods);
  const named = periods.some(({ named }) => named !== null);
  const wrong = wrongCourse(rules, kinds, named);
  if (wrong) return illegal(wrong);
  for (const [index, { A, B }] of periods.entries()) {
    const shot = kinds[index] === 'shootout';
    const wrong = [A, B].find((points) => points < 0 || !(shot || canBeScored(rules, points)));
    if (wrong !== undefined) return illegal(`nobody can score ${wrong} in period ${index + 1}`);
  }
  /** @param {Phase} phase */
  const of = (phase) => periods.filter((_, index) => kinds[index] === phase);
  const [regular, extra] = [of('regular'), of('extra_time')];
  // Extra time with a target of its own begins to count anew.
  const ownTarget = rules.extra?.target ?? null;
  const together = ownTarget === null ? [...regular, ...extra] : regular;
  if (goesPast(rules, together, rules.target)) return illegal(`the match is over at ${rules.target}`);
  if (goesPast(rules, extra, ownTarget)) return illegal(`the match is over at ${ownTarget}`);
  const [kicks] = of('shootout');
  if (goesPastTheEnd(rules, regular, extra, kicks)) return illegal('in extra time the match is over before');
  const attempts = rules.shootout?.attempts ?? null;
  if (!kicks || attempts === null || canBeShot(kicks, attempts)) return null;
  return illegal(`a shoot-out of ${attempts} each cannot be ${kicks.A}–${kicks.B}: it is over before`);
}

/**
 * Says why the order or the number of the periods is wrong.
 *
 * @param {Periods} rules
 * @param {Phase[]} kinds
 * @param {boolean} named
 */
function wrongCourse({ period, extra, shootout }, kinds, named) {
  const order = kinds.map((phase) => ['regular', 'extra_time', 'shootout'].indexOf(phase));
  if ((order[0] ?? 0) > 0 || order.some((place, index) => place < (order[index - 1] ?? 0))) {
    return 'extra time follows the regular periods, and a shoot-out is the last';
  }
  /** @param {Phase} phase */
  const count = (phase) => kinds.filter((kind) => kind === phase).length;
  // An organiser who wants a winner has two periods and a shoot-out also where the rules know none, and says so.
  const mostExtra = extra ? extraPeriods(extra) : named ? 2 : 0;
  const more = count('extra_time') > mostExtra || count('shootout') > 1;
  if (!more || period.count === 0) return null;
  return `there are at most ${period.count + mostExtra + (shootout || named ? 1 : 0)} periods`;
}

/**
 * Says if points were scored after somebody had the target.
 *
 * @param {Periods} rules
 * @param {Tally[]} played
 * @param {number|null} target
 */
function goesPast(rules, played, target) {
  if (target === null) return false;
  const { A, B } = sum(played);
  return Math.max(A, B) >= target + greatest(rules) || Math.min(A, B) >= target;
}

/**
 * Says if a match went on after the first score of sudden death, or after the lead that extra time was played for.
 *
 * @param {Periods} rules
 * @param {Tally[]} regular
 * @param {Tally[]} extra
 * @param {Tally} [kicks]
 */
function goesPastTheEnd(rules, regular, extra, kicks) {
  const kind = rules.extra;
  if (!kind) return false;
  const full = kind.kind === 'sudden_death' ? 0 : kind.count * (kind.rounds ?? Infinity);
  const beyond = extra.slice(full);
  if (kind.lead !== null) {
    const after = sum(beyond);
    const most = kind.lead - 1 + greatest(rules);
    return leader(sum([...regular, ...extra.slice(0, full)])) === null && Math.abs(after.A - after.B) > most;
  }
  if (kind.kind === 'full' && !kind.suddenDeath) return false;
  const first = beyond.findIndex(({ A, B }) => A + B > 0);
  if (first < 0) return false;
  const { A, B } = beyond[first] ?? zero();
  const more = Math.min(A, B) > 0 || Math.max(A, B) > greatest(rules);
  return more || first + 1 < beyond.length || kicks !== undefined;
}

/**
 * Says if a shoot-out can stand like this: it is over as soon as it cannot be caught up, and after the planned attempts
 * in pairs. The leader's last score came while the other side, with as few attempts as can be, could still draw level.
 *
 * @param {Tally} kicks
 * @param {number} planned
 */
function canBeShot({ A, B }, planned) {
  const [high, low] = [Math.max(A, B), Math.min(A, B)];
  const attempts = Math.max(planned, 1);
  return high > attempts ? high - low <= 1 : 2 * high <= attempts + low + 2;
}

/** @param {Tally[]} periods */
const sum = (periods) => periods.reduce((sum, { A, B }) => ({ A: sum.A + A, B: sum.B + B }), zero());

/** The most that one score brings. @param {Periods} rules */
const greatest = ({ points }) => (points.length > 0 ? Math.max(...points.map(({ value }) => value)) : 1);

/** @param {string} why */
const illegal = (why) => new Refusal('illegal_score', `${why}; “force” takes it all the same`);

/**
 * How many periods a match may begin. Where the rules know no extra time, two periods and a shoot-out are left to an
 * organiser who wants a winner.
 *
 * @param {Periods} rules
 */
export function canBegin({ period, extra }) {
  const inExtra = extra ? extraPeriods(extra) : 2;
  return period.count > 0 ? Math.min(period.count + inExtra + 1, PERIODS_MAX) : PERIODS_MAX;
}

/**
 * Says if the sport's ways to score can add up to this.
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
