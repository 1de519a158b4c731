/**
 * What changed between two looks at a match, in a word: enough to see why a card moved.
 *
 * @typedef {import('./types.js').Match} Match
 * @typedef {import('./types.js').Side} Side
 */
import { t } from './i18n.js';
import { SIDES } from './match.js';
import { inSets, rulesOf } from './sport.js';

/** @param {number} n "+1", with a true minus sign where points were taken back */
const signed = (n) => (n > 0 ? `+${n}` : `−${-n}`);

/**
 * @param {Match} before
 * @param {Match} after the same match, later
 * @returns {Partial<Record<Side, string>>} what to write beside a side's name
 */
export function newsOf(before, after) {
  if (before.seq === after.seq || before.state.status === 'scheduled') return {};
  /** @type {Partial<Record<Side, string>>} */
  const news = {};
  for (const side of SIDES) {
    const words = newsOfSide(before, after, side);
    if (words) news[side] = words;
  }
  return news;
}

/** @param {Match} before @param {Match} after @param {Side} side */
function newsOfSide(before, after, side) {
  const moved = after.state.score[side] - before.state.score[side];
  if (!inSets(after)) return moved === 0 ? '' : signed(moved);
  if (moved > 0) return t('news.set');
  const [was, is] = [before.state.periods ?? [], after.state.periods ?? []];
  const set = is.length - 1;
  if (set < 0) return '';
  const inSet = (is[set]?.[side] ?? 0) - (was[set]?.[side] ?? 0);
  if (inSet !== 0 && is.length >= was.length) return rulesOf(after)?.game && inSet > 0 ? t('news.game') : signed(inSet);
  return '';
}
