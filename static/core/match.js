/**
 * What a match's summary means to a reader.
 *
 * @typedef {import('./types.js').Match} Match
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').Side} Side
 * @typedef {import('./socket.js').Link} Link
 */
import { localTime } from './api.js';
import { currentLanguage, lookUp, t } from './i18n.js';

/** @type {Side[]} */
export const SIDES = ['A', 'B'];

/** @type {Map<string, Record<string, string>>} */
const sportNames = new Map();

/** @param {import('./types.js').Sport[]} sports */
export function knowSports(sports) {
  for (const { id, name } of sports) sportNames.set(id, name);
}

/** @param {string} id */
export function sportName(id) {
  const names = sportNames.get(id);
  return names?.[currentLanguage()] ?? names?.['en'] ?? id.replaceAll('_', ' ').toLowerCase();
}

/** @param {Match} match */
export const occasion = ({ sport, tournamentName }) => [sportName(sport), tournamentName].filter(Boolean).join(' · ');

/** @param {Match} match @returns {'live'|'next'|'finished'} */
export function sectionOf({ state: { status } }) {
  if (status === 'scheduled') return 'next';
  return status === 'finished' ? 'finished' : 'live';
}

/**
 * The status in a word and a sign. A match in play is called live only while this page really hears of it.
 *
 * @param {Match} match
 * @param {Link} link
 * @returns {{kind: string, icon: string, words: string}}
 */
export function statusOf(match, link) {
  const { status, period = 0, reason, winner } = match.state;
  if (status === 'scheduled') return { kind: 'scheduled', icon: 'clock', words: t('status.scheduled') };
  if (status === 'finished') {
    const why = reason ? (lookUp(`reason.${reason}`) ?? reason) : winner ? '' : t('match.draw');
    return { kind: 'finished', icon: 'check', words: why ? `${t('status.finished')}, ${why}` : t('status.finished') };
  }
  if (link.phase !== 'live') return { kind: 'unsure', icon: 'broken', words: t('status.lastKnown') };
  if (status === 'suspended') return { kind: 'unsure', icon: 'pause', words: t('status.suspended') };
  if (!match.live) return { kind: 'unsure', icon: 'pause', words: t('status.unattended') };
  const words = period > 1 ? `${t('status.live')} · ${t('status.period', { n: period })}` : t('status.live');
  return { kind: 'live', icon: 'live', words };
}

/**
 * The periods, where they say more than the headline does.
 * @param {State} state
 */
export function tellingPeriods({ periods = [], score }) {
  const [first] = periods;
  const repeats = periods.length === 1 && first?.A === score.A && first.B === score.B;
  return repeats ? [] : periods;
}

/**
 * The points of the point being played, where they are counted in their own way, as in tennis.
 * @param {State} state
 */
export function tellingPoints({ points, periods = [], score, status }) {
  const current = periods[periods.length - 1] ?? score;
  const repeats = !points || SIDES.every((side) => points[side] === String(current[side]));
  return repeats || status === 'finished' ? null : points;
}

/** @param {Match} match */
export const spokenScore = ({ sides, state }) =>
  t('match.spoken', { a: sides.A.name, b: sides.B.name, scoreA: state.score.A, scoreB: state.score.B });

/** @param {Match} match */
export const versus = ({ sides }) => t('match.versus', { a: sides.A.name, b: sides.B.name });

/** @param {Match} match */
export const changedAt = (match) => localTime(match.updatedAt);

/** @param {Match} match */
export const matchPath = (match) => `/match?id=${encodeURIComponent(match.id)}`;

/** @param {string} id @param {string} token */
export const refereePath = (id, token) => `/score?match=${encodeURIComponent(id)}#token=${encodeURIComponent(token)}`;
