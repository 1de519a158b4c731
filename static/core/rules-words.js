/**
 * The rules of a match in a sentence, and the few of them that an organiser changes for a day.
 *
 * @typedef {import('./types.js').Sport} Sport
 */
import { t } from './i18n.js';
import { nameOf } from './sport.js';

/** @typedef {any} Rules as the server gives them */

/**
 * The variant that is in force on a day: the newest that began until then, else the sport's own rules.
 *
 * @param {Sport} sport
 * @param {string} day as 2027-01-10
 */
export function inForce({ variants }, day) {
  const begun = variants.filter(({ valid_from: from }) => from && from <= day);
  return begun.sort((a, b) => (String(a.valid_from) < String(b.valid_from) ? 1 : -1))[0] ?? null;
}

/**
 * The rules of a sport as somebody chose them.
 *
 * @param {Sport} sport
 * @param {string} variant its id; nothing for what is in force on the day
 * @param {string} day
 * @returns {Rules}
 */
export function chosenRules(sport, variant, day) {
  const chosen = variant ? sport.variants.find(({ id }) => id === variant) : inForce(sport, day);
  return chosen?.rules ?? sport.rules;
}

/**
 * Changes on changes, or on rules. That a rule is taken away ("none") stays in them.
 *
 * @param {any} before
 * @param {any} after
 * @returns {any}
 */
export function merged(before, after) {
  if (!isObject(after)) return after;
  const all = { ...(isObject(before) ? before : {}) };
  for (const [name, value] of Object.entries(after)) all[name] = merged(all[name], value);
  return all;
}

/** Rules with single ones changed, as the server reads them. @param {any} rules @param {any} changes */
export const changed = (rules, changes) => withoutNone(merged(rules, changes));

/** @param {any} rules @returns {any} */
function withoutNone(rules) {
  if (!isObject(rules)) return rules;
  const there = Object.entries(rules).filter(([, value]) => value !== 'none' && value !== null);
  return Object.fromEntries(there.map(([name, value]) => [name, withoutNone(value)]));
}

/** @param {unknown} value @returns {value is Record<string, any>} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param {Rules} rules @returns {string} such as "Best of 3 to 21, two ahead, at most 30" */
export const inWords = (rules) => (rules.engine === 'ladder' ? ladderInWords(rules) : periodsInWords(rules));

/** @param {Rules} rules */
function ladderInWords({ match, set, game }) {
  const goal = set ?? match;
  const parts = [];
  const best = match.best_of ?? 1;
  if (set && best > 1) parts.push(t(game ? 'rules.sets' : 'rules.bestOf', { n: best, target: set.target }));
  else parts.push(t(game ? 'rules.oneSet' : 'rules.to', { target: goal.target }));
  if (!game && (goal.lead ?? 1) > 1) parts.push(t('rules.lead', { n: goal.lead }));
  if (goal.cap) parts.push(t('rules.cap', { n: goal.cap }));
  if (game && game.deuce !== 'advantage') parts.push(t(game.deuce === 'star_point' ? 'rules.star_point' : 'rules.golden_point'));
  const own = best > 1 ? set?.decider?.target : null;
  if (own) parts.push(t(set.decider.points ? 'rules.matchTieBreak' : 'rules.decider', { target: own }));
  return parts.join(', ');
}

/** @param {Rules} rules */
function periodsInWords({ period, target, extra, shootout, draws }) {
  const parts = [];
  const { count = 0, minutes = 0 } = period ?? {};
  if (count > 0) parts.push(minutes > 0 ? t('rules.times', { count, minutes }) : t('rules.periods', { n: count }));
  if (target) parts.push(t('rules.first', { target }));
  if (parts.length === 0) parts.push(t('rules.open'));
  if (extra) {
    const time = extra.minutes > 0 ? t('rules.times', { count: extra.count ?? 1, minutes: extra.minutes }) : '';
    parts.push([t('rules.extra'), time, extra.kind === 'sudden_death' ? t('rules.golden') : ''].filter(Boolean).join(' '));
  }
  if (shootout) parts.push(t('rules.shootout', { name: nameOf(shootout.name) || t('period.shootout'), n: shootout.attempts }));
  if (draws && !extra && !shootout) parts.push(t('rules.draws'));
  return parts.join(', ');
}

/**
 * A rule of the day: where it stands, and what an input shows of it.
 *
 * @typedef {object} DayRule
 * @property {string} name
 * @property {boolean} whole a number; else yes or no
 * @property {(rules: Rules) => boolean} known whether a sport has it
 * @property {(rules: Rules) => number|boolean|null} read
 * @property {(value: any, base: Rules) => object} write the change that makes it so; what comes back is as the file has it
 */

/** Extra time of a sport whose rules have none: what most tournaments of one day play. */
const EXTRA = { count: 2, minutes: 5, rounds: 1 };

/** @type {DayRule[]} */
export const DAY_RULES = [
  {
    name: 'bestOf',
    whole: true,
    known: ({ engine, set }) => engine === 'ladder' && Boolean(set),
    read: ({ match }) => match.best_of ?? 1,
    write: (value) => ({ match: { best_of: value } }),
  },
  {
    name: 'target',
    whole: true,
    known: (rules) => rules.engine === 'ladder' || Boolean(rules.target),
    read: ({ set, match, target }) => (set ?? match)?.target ?? target,
    write(value, { engine, set }) {
      if (engine !== 'ladder') return { target: value };
      return set ? { set: { target: value } } : { match: { target: value } };
    },
  },
  {
    name: 'cap',
    whole: true,
    known: ({ engine, game }) => engine === 'ladder' && !game,
    read: ({ set, match }) => (set ?? match).cap ?? null,
    write: (value, { set }) => ({ [set ? 'set' : 'match']: { cap: value ?? 'none' } }),
  },
  {
    name: 'goldenPoint',
    whole: false,
    known: ({ game }) => Boolean(game),
    read: ({ game }) => game.deuce === 'golden_point',
    write: (value) => ({ game: { deuce: value ? 'golden_point' : 'advantage' } }),
  },
  {
    name: 'count',
    whole: true,
    known: ({ engine, period }) => engine === 'periods' && period.count > 0,
    read: ({ period }) => period.count,
    write: (value) => ({ period: { count: value } }),
  },
  {
    name: 'minutes',
    whole: true,
    known: ({ engine, period }) => engine === 'periods' && period.minutes > 0,
    read: ({ period }) => period.minutes,
    write: (value) => ({ period: { minutes: value } }),
  },
  {
    name: 'extra',
    whole: false,
    known: ({ engine, period }) => engine === 'periods' && period.count > 0,
    read: ({ extra }) => Boolean(extra),
    write: (value, { extra }) => ({ extra: value ? (extra ?? EXTRA) : 'none' }),
  },
  {
    name: 'shootout',
    whole: false,
    known: ({ engine, shootout }) => engine === 'periods' && Boolean(shootout),
    read: ({ shootout }) => Boolean(shootout),
    write: (value, { shootout }) => ({ shootout: value ? shootout : 'none' }),
  },
];
