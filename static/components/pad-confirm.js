/**
 * The end of a match for its referee: the result in words, and both sides put their name to it.
 *
 * @typedef {import('../core/types.js').Match} Match
 */
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { SIDES, periodsLine, scoreLine } from '../core/match.js';
import { openForm } from './dialog.js';

const NAME_MAX_CHARS = 60;

/** @param {Match} match "Lyon wins 2 – 1 · 21–19, 15–21, 21–18", the winner's figures first */
export function resultInWords(match) {
  const { winner } = match.state;
  /** @type {import('../core/types.js').Side[]} */
  const order = winner === 'B' ? ['B', 'A'] : ['A', 'B'];
  const result = [scoreLine(match, order), periodsLine(match, order)].filter(Boolean).join(' · ');
  return winner ? t('pad.result', { name: match.sides[winner].name, result }) : t('pad.resultDraw', { result });
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
