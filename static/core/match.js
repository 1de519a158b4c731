/**
 * What a match's summary means to a reader.
 *
 * @typedef {import('./types.js').Match} Match
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').Side} Side
 * @typedef {import('./socket.js').Link} Link
 */
import { localTime } from './api.js';
import { lookUp, t } from './i18n.js';
import { callWords } from './programme.js';
import { sideName } from './sides.js';
import { currentPeriodName, inSets, rulesOf, shootoutName } from './sport.js';

/** @type {Side[]} */
export const SIDES = ['A', 'B'];

/**
 * The status in a word and a sign. A match in play is called live only while this page really hears of it.
 *
 * @param {Match} match
 * @param {Link} link
 * @returns {{kind: string, icon: string, words: string}}
 */
export function statusOf(match, link) {
  const { status, phase, reason, winner } = match.state;
  if (status === 'scheduled') return { kind: match.call === 'called' || match.call === 'on_court' ? 'called' : 'scheduled', icon: 'clock', words: callWords(match) };
  if (status === 'finished') {
    const why = reason ? (lookUp(`reason.${reason}`) ?? reason) : winner ? '' : t('match.draw');
    return { kind: 'finished', icon: 'check', words: why ? `${t('status.finished')}, ${why}` : t('status.finished') };
  }
  if (link.phase !== 'live') return { kind: 'unsure', icon: 'broken', words: t('status.lastKnown') };
  if (status === 'suspended') return { kind: 'unsure', icon: 'pause', words: t('status.suspended') };
  if (!match.attended) return { kind: 'unsure', icon: 'pause', words: t('status.unattended') };
  const words = phase || severalPeriods(match) ? `${t('status.live')} · ${currentPeriodName(match)}` : t('status.live');
  return { kind: 'live', icon: 'live', words };
}

/**
 * Says if it is worth saying which one is played.
 * @param {Match} match
 */
function severalPeriods(match) {
  const rules = rulesOf(match);
  const planned = inSets(match) ? rules?.match?.best_of : rules?.period?.count;
  return (planned ?? 0) > 1 || (match.state.period ?? 0) > 1;
}

/**
 * What is counted beside the headline: the points of the set that is being played, or the kicks of a shoot-out, which
 * stay worth telling after it. In a timed sport the points are the headline.
 *
 * @param {Match} match
 * @returns {{kind: 'points'|'shootout', label: string, points: Record<Side, string>}|null}
 */
export function besideScore(match) {
  const { status, points, phase } = match.state;
  if (!points || status === 'scheduled') return null;
  if (phase === 'shootout') return { kind: 'shootout', label: shootoutName(match), points };
  if (status === 'finished' || !inSets(match)) return null;
  return { kind: 'points', label: t('match.points'), points };
}

/**
 * The periods that say more than the headline and what is counted beside it.
 * @param {Match} match
 */
export function tellingPeriods(match) {
  const { periods = [], score } = match.state;
  const beside = besideScore(match);
  const [last] = periods.slice(-1);
  if (!last) return [];
  if (beside?.kind === 'shootout' || (beside && isPlayedInPoints(match, beside.points))) return periods.slice(0, -1);
  const repeats = !inSets(match) && periods.length === 1 && last.A === score.A && last.B === score.B;
  return repeats ? [] : periods;
}

/**
 * Says if the points being played are the whole set. Where games make sets they are not, but for a last set that is
 * a tie-break: in a list, which does not know the variant, it shows in that its points are the set's.
 *
 * @param {Match} match
 * @param {Record<Side, string>} points
 */
function isPlayedInPoints(match, points) {
  const rules = rulesOf(match);
  const [set = { A: 0, B: 0 }] = (match.state.periods ?? []).slice(-1);
  if (!SIDES.every((side) => points[side] === String(set[side]))) return false;
  const tieBreakAt = rules?.set?.tie_break?.at;
  const inGames = SIDES.every((side) => set[side] === 0 || set[side] === tieBreakAt);
  return !rules?.game || !inGames;
}

/**
 * The games of the set being played, where points make games.
 *
 * @param {Match} match
 * @returns {import('./types.js').Tally|null}
 */
export function currentGames(match) {
  const beside = besideScore(match);
  const [set = null] = (match.state.periods ?? []).slice(-1);
  const inGames = rulesOf(match)?.game && beside?.kind === 'points' && !isPlayedInPoints(match, beside.points);
  return inGames ? set : null;
}

/**
 * The score in a line, with what a shoot-out has decided: "1 – 1 (Penalty shoot-out 4–3)".
 *
 * @param {Match} match
 * @param {Side[]} [order] whose figure comes first
 */
export function scoreLine(match, order = SIDES) {
  const kicks = kicksLine(match, order);
  return order.map((side) => match.state.score[side]).join(' – ') + (kicks && ` (${kicks})`);
}

/**
 * A shoot-out in a line, as "Penalty shoot-out 4–3"; nothing where there is none.
 *
 * @param {Match} match
 * @param {Side[]} [order]
 */
export function kicksLine(match, order = SIDES) {
  const beside = besideScore(match);
  return beside?.kind === 'shootout' ? `${beside.label} ${order.map((side) => beside.points[side]).join('–')}` : '';
}

/**
 * The periods in a line, as "21–19, 15–21".
 *
 * @param {Match} match
 * @param {Side[]} [order]
 */
export const periodsLine = (match, order = SIDES) =>
  tellingPeriods(match)
    .map((period) => order.map((side) => period[side]).join('–'))
    .join(', ');

/** @param {Match} match */
export function spokenScore(match) {
  const { sides, state } = match;
  const score = t('match.spoken', { a: sideName(sides.A), b: sideName(sides.B), scoreA: state.score.A, scoreB: state.score.B });
  /** @param {string} what @param {{A: number|string, B: number|string}|null|undefined} count */
  const also = (what, count) => (count ? [`${what}: ${count.A} – ${count.B}`] : []);
  const beside = besideScore(match);
  const told = also(t('match.games'), currentGames(match)).concat(also(beside?.label ?? '', beside?.points));
  return [score, ...told].join('. ');
}

/** @param {Match} match */
export const versus = ({ sides }) => t('match.versus', { a: sideName(sides.A), b: sideName(sides.B) });

/** @param {Match} match */
export const changedAt = (match) => localTime(match.updatedAt);

/** @param {string} id */
export const tournamentPath = (id) => `/tournament?id=${encodeURIComponent(id)}`;

/** Leads organisers to the teams of a tournament. @param {string} id */
export const teamsPath = (id) => `/teams?tournament=${encodeURIComponent(id)}`;

/** @param {Match} match */
export const matchPath = (match) => `/match?id=${encodeURIComponent(match.id)}`;

/** The address of the pad of a match or a court. @param {'match'|'court'} what @param {string} id @param {string} token */
export const placePath = (what, id, token) =>
  `/score?${what}=${encodeURIComponent(id)}#token=${encodeURIComponent(token)}`;

/** @param {string} id @param {string} token */
export const refereePath = (id, token) => placePath('match', id, token);
