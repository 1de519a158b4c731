/**
 * The score typed as a whole, for a match that was written on paper or went wrong. One that the rules cannot produce is
 * asked about again and then sent all the same.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').MatchEvent} MatchEvent
 */
import { ApiError } from '../core/api.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { MatchFold } from '../core/scoring/fold.js';
import { readPlay } from '../core/scoring/play.js';
import { Refusal } from '../core/scoring/refusal.js';
import { inSets } from '../core/sport.js';
import { ask, openForm } from './dialog.js';

/**
 * @param {Match} match
 * @param {(event: MatchEvent) => void} record
 */
export async function openResult(match, record) {
  const { A, B } = match.sides;
  const input = h('input', { type: 'text', autocomplete: 'off', required: true });
  input.value = (match.state.periods ?? []).map((period) => `${period.A}-${period.B}`).join('  ');
  const periods = await openForm({
    title: t('result.title'),
    text: t('result.text', { a: A.name, b: B.name }),
    fields: [
      {
        name: 'periods',
        label: t(inSets(match) ? 'match.bySet' : 'match.periods'),
        hint: t(inSets(match) ? 'result.hintSets' : 'result.hint'),
        input,
      },
    ],
    submit: t('result.enter'),
    send: async ({ periods: text = '' }) => periodsOf(text),
  });
  if (!periods) return;
  const event = { type: 'result', detail: { periods } };
  if (isPossible(match, event)) return record(event);
  const words = { title: t('result.oddTitle'), text: t('result.oddText'), yes: t('result.force'), no: t('result.back') };
  if (await ask(words)) record({ type: 'result', detail: { periods, force: true } });
  else openResult(match, record);
}

/** @param {string} text "21-19 15-21", whatever stands between the numbers */
function periodsOf(text) {
  const numbers = text.match(/\d{1,4}/g)?.map(Number) ?? [];
  if (numbers.length === 0 || numbers.length % 2 !== 0) throw new ApiError('bad_periods', { field: 'periods' });
  return numbers.flatMap((A, index) => (index % 2 === 0 ? [{ A, B: numbers[index + 1] ?? 0 }] : []));
}

/** @param {Match} match @param {MatchEvent} event */
function isPossible({ rules }, event) {
  if (!rules) return true;
  const play = readPlay(event);
  return !(play instanceof Refusal || new MatchFold(rules).judge(play) instanceof Refusal);
}
