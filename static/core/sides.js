/**
 * The sides of a match: a team, or in words where it will come from.
 *
 * @typedef {import('./types.js').MatchSide} MatchSide
 * @typedef {import('./types.js').Source} Source
 * @typedef {Record<'A'|'B', MatchSide>} Sides
 */
import { ordinal, t } from './i18n.js';
/** @type {import('./types.js').Side[]} */
const SIDES = ['A', 'B'];

/** @param {Source|'bye'} source @returns {string|null} null for one that this page does not know */
function sourceWords(source) {
  if (source === 'bye') return t('source.bye');
  const { winner, loser, group, rank, best, nth } = source;
  if (winner) return t('source.winner', { key: winner });
  if (loser) return t(source.if ? 'source.loserFirst' : 'source.loser', { key: loser });
  if (group && rank) return t('source.group', { rank: ordinal(rank), group });
  if (best && nth)
    return nth === 1
      ? t('source.best', { rank: ordinal(best) })
      : t('source.nthBest', { rank: ordinal(best), nth: ordinal(nth) });
  return null;
}

/** The name of a side in the reader's language. @param {MatchSide} side */
export const sideName = ({ name, source }) => (source === undefined ? name : (sourceWords(source) ?? name));

/** @param {MatchSide} side */
export const isKnown = ({ source }) => source === undefined;

/** Says if a match can begin: both of its sides are known. @param {{sides: Record<'A'|'B', MatchSide>}} match */
export const areSidesKnown = ({ sides }) => SIDES.every((side) => isKnown(sides[side]));

/**
 * Says if the same teams play, under whatever names. Without a team, the name says who it is. A side that was not known is no
 * other when it becomes known.
 *
 * @param {Sides} before
 * @param {Sides} now
 */
export const playTheSame = (before, now) =>
  SIDES.every((side) => {
    const [was, is] = [before[side], now[side]];
    if (!isKnown(was)) return true;
    if (!isKnown(is)) return false;
    return was.teamID && is.teamID ? was.teamID === is.teamID : was.name === is.name;
  });

/** @param {{sides: Record<'A'|'B', MatchSide>}} match @returns {string[]} what it waits for, in words */
export const awaited = ({ sides }) =>
  SIDES.filter((side) => !isKnown(sides[side])).map((side) => sideName(sides[side]));
