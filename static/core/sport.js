/**
 * What the pages know of sports: their names, their rules in words, what they call a period and what the referee is
 * to say. All of it comes from the server, so that a sport that somebody adds needs no new page.
 *
 * @typedef {import('./types.js').Match} Match
 * @typedef {import('./types.js').Name} Name
 * @typedef {import('./types.js').PointValue} PointValue
 * @typedef {import('./types.js').Rules} Rules
 * @typedef {import('./types.js').Sport} Sport
 */
import { currentLanguage, lookUp, t } from './i18n.js';
import { isolated } from './isolate.js';

/** @type {Map<string, Sport>} */
const known = new Map();

/** @param {Sport[]} sports */
export function knowSports(sports) {
  for (const sport of sports) known.set(sport.id, sport);
}

/** @param {Name|undefined} name @returns {string} in the reader's language; nothing where it has no name at all */
export const nameOf = (name) => isolated(name?.[currentLanguage()] ?? name?.['en'] ?? Object.values(name ?? {})[0] ?? '');

/** @param {string} id */
export const sportName = (id) => nameOf(known.get(id)?.name) || id.replaceAll('_', ' ').toLowerCase();

/** @param {Match} match @returns {number} how long a half of the pad takes no second tap */
export const guardMs = ({ sport, guardMs: own }) => own ?? known.get(sport)?.guard_ms ?? 300;

/**
 * The rules that a match is played by; in a list, where they are not told, those that its sport mostly has.
 * @param {Match} match
 * @returns {Rules|null}
 */
export const rulesOf = ({ rules, sport }) => rules ?? known.get(sport)?.rules ?? null;

/**
 * Says if sets make the score, so that the points being played are something else.
 * @param {Match} match
 */
export function inSets(match) {
  const rules = rulesOf(match);
  if (rules) return rules.engine === 'ladder' && rules.set !== undefined;
  const { score, points } = match.state;
  return points != null && (points.A !== String(score.A) || points.B !== String(score.B));
}

/**
 * What kind of period one is. A shoot-out is always the last.
 *
 * @param {Match} match
 * @param {number} n from 1
 * @returns {'regular'|'extra_time'|'shootout'}
 */
export function phaseOf(match, n) {
  const count = rulesOf(match)?.period?.count ?? 0;
  const { period, phase } = match.state;
  if (n === period && phase) return phase;
  return count > 0 && n > count ? 'extra_time' : 'regular';
}

/**
 * What a sport calls a period, and which one it is.
 *
 * @param {Match} match
 * @param {number} n from 1
 * @param {import('./types.js').State['phase']} [phase] of a period that has not begun
 */
export function periodName(match, n, phase = phaseOf(match, n)) {
  const rules = rulesOf(match);
  const count = rules?.period?.count ?? 0;
  if (phase === 'shootout') return shootoutName(match);
  if (phase === 'extra_time') {
    const which = n - count;
    const { sudden_death: sudden, count: each = 1, rounds = Infinity } = rules?.extra ?? {};
    if (sudden && which > each * rounds) return t('period.suddenDeath');
    return which > 1 && count > 0 ? `${t('period.extra')} ${which}` : t('period.extra');
  }
  if (inSets(match)) return t('period.set', { n });
  if (count === 2) return t('period.half', { n });
  return t(count === 4 ? 'period.quarter' : 'period.other', { n });
}

/** @param {Match} match */
export const currentPeriodName = (match) => periodName(match, match.state.period || 1, match.state.phase);

/**
 * Whose turn it is, in the words of the sport: most serve, a kick or a jack simply comes next.
 * @param {Match} match
 */
export function servingWords(match) {
  const rules = rulesOf(match);
  if (rules?.engine !== 'periods' && inSets(match)) return t('match.serving');
  if (match.state.phase === 'extra_time' && rules?.extra?.priority) return t('match.priority');
  return t('match.next');
}

/** @param {Match} match */
export const shootoutName = (match) => nameOf(rulesOf(match)?.shootout?.name) || t('period.shootout');

/**
 * The ways to score, the usual one first.
 * @param {Match} match
 * @returns {(PointValue|{value: number, name?: undefined, after?: undefined})[]}
 */
export function pointValues(match) {
  const points = rulesOf(match)?.points ?? [];
  return points.length > 0 ? points : [{ value: 1 }];
}

/**
 * What a point of this value was. Where two ways to score are worth the same, the pad says in `detail.kind` which.
 *
 * @param {Rules|null} rules
 * @param {import('./types.js').MatchEvent} event
 * @returns {PointValue|null}
 */
export function pointOf(rules, { value, detail }) {
  const alike = rules?.points.filter((point) => point.value === (value ?? 1)) ?? [];
  const meant = alike.length > 1 ? alike.find(({ name }) => name['en'] === detail?.['kind']) : alike[0];
  return meant ?? null;
}

/**
 * The cards of a sport, the mildest first.
 * @param {Match} match
 * @returns {{colour: string, words: string}[]}
 */
export function cardsOf(match) {
  const cards = Object.entries(rulesOf(match)?.cards ?? {});
  /** @param {import('./types.js').Card} card */
  const weight = ({ out_after = 99, award = 0, award_game: game = false, disqualifies: last = false, seconds = 0 }) =>
    (last ? 1e9 : 0) - out_after * 1e6 + (game ? 5e5 : 0) + award * 1e4 + seconds;
  return cards
    .sort(([, a], [, b]) => weight(a) - weight(b))
    .map(([colour, { name }]) => ({ colour, words: nameOf(name) }));
}

/** What the engines may ask for, the most urgent first. */
const PROMPTS = `out suspension too_many_timeouts double_bonus bonus level shootout extra_time ends interval match_point
  set_point deciding_point service_over second_server cap priority`.split(/\s+/);

/** What spectators care about; the rest is between the referee and the players. */
const FOR_SPECTATORS = new Set('shootout extra_time interval match_point set_point deciding_point'.split(' '));

/**
 * What is to be done or announced now, the most urgent first.
 *
 * @param {Match} match
 * @returns {string[]}
 */
export function prompts(match) {
  const { prompt = [], phase } = match.state;
  // A draw may stand: only the referee knows whether this match goes on.
  const mayStand = rulesOf(match)?.draws === true && phase === undefined;
  const asked = prompt.map((what) => (mayStand && (what === 'extra_time' || what === 'shootout') ? 'level' : what));
  /** @param {string} what */
  const rank = (what) => (PROMPTS.includes(what) ? PROMPTS.indexOf(what) : PROMPTS.length);
  return asked.sort((a, b) => rank(a) - rank(b));
}

/** @param {Match} match */
export const promptsForSpectators = (match) => prompts(match).filter((what) => FOR_SPECTATORS.has(what));

/** @param {string} what one that this page does not know is shown as it is */
export const promptWords = (what) => lookUp(`prompt.${what}`) ?? what.replaceAll('_', ' ');
