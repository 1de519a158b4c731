/**
 * The end of a match for its referee: the result in words, and both sides put their name to it.
 *
 * @typedef {import('../core/types.js').Match} Match
 */
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { SIDES, tellingPeriods } from '../core/match.js';
import { openForm } from './dialog.js';

const NAME_MAX_CHARS = 60;

/** @param {Match} match "Lyon wins 2 – 1 (21–19, 15–21, 21–18)" */
export function resultInWords(match) {
  const { sides, state } = match;
  const { winner, score } = state;
  const [most, least] = winner === 'B' ? [score.B, score.A] : [score.A, score.B];
  const periods = tellingPeriods(match).map(({ A, B }) => `${A}–${B}`);
  const result = `${most} – ${least}${periods.length > 0 ? ` (${periods.join(', ')})` : ''}`;
  return winner ? t('pad.result', { name: sides[winner].name, result }) : t('pad.resultDraw', { result });
}

/**
 * Asks both sides for their names.
 *
 * @param {Match} match
 * @returns {Promise<Record<string, string>|null>} null when it was left
 */
export function openConfirm(match) {
  const input = () => h('input', { type: 'text', maxlength: NAME_MAX_CHARS, autocomplete: 'off', required: true });
  return openForm({
    title: t('pad.confirmTitle'),
    text: resultInWords(match),
    fields: SIDES.map((side) => ({
      name: side,
      label: t('pad.confirmFor', { name: match.sides[side].name }),
      input: input(),
    })),
    submit: t('pad.confirm'),
    send: async (names) => names,
  });
}
