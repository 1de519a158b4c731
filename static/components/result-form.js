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
import { inSets, phaseOf, rulesOf } from '../core/sport.js';
import { ask, openForm } from './dialog.js';

/**
 * @param {Match} match
 * @param {(event: MatchEvent) => unknown} record what it answers is waited for
 */
export async function openResult(match, record) {
  const { A, B } = match.sides;
  const input = h('input', { type: 'text', autocomplete: 'off', required: true });
  input.value = (match.state.periods ?? []).map((period) => `${period.A}-${period.B}`).join('  ');
  const option = (/** @type {string} */ value, /** @type {string} */ words) => h('option', { value }, words);
  const over = h('select', {}, option('', t('result.choose')), option('yes', t('result.finalYes')), option('no', t('result.finalNo')));
  // On paper stands what was played to its end; a running match is corrected.
  over.value = match.state.status === 'scheduled' ? 'yes' : '';
  const given = await openForm({
    title: t('result.title'),
    text: t('result.text', { a: A.name, b: B.name }),
    fields: [
      {
        name: 'periods',
        label: t(inSets(match) ? 'match.bySet' : 'match.periods'),
        hint: t(inSets(match) ? 'result.hintSets' : 'result.hint'),
        input,
      },
      // In a timed sport no score says that the time is up.
      { name: 'over', label: t('result.final'), input: over, shown: () => asksIfOver(match) },
    ],
    submit: t('result.enter'),
    send: async ({ periods: text = '', over }) => ({ periods: named(match, periodsOf(text)), over }),
  });
  if (!given) return;
  const { periods } = given;
  const forced = !isPossible(match, { type: 'result', detail: { periods } });
  const words = { title: t('result.oddTitle'), text: t('result.oddText'), yes: t('result.force'), no: t('result.back') };
  if (forced && !(await ask(words))) return openResult(match, record);
  const event = { type: 'result', detail: { periods, ...(forced ? { force: true } : {}) } };
  const ended = match.state.status === 'finished' || isOver(match, event);
  // Sets say by themselves if a match is over, and one may have been forgotten on the way from the paper.
  const said = asksIfOver(match) ? given.over : '';
  const isUnsure = forced || match.state.status === 'scheduled';
  await record(event);
  if (!ended && (said === 'yes' || (said !== 'no' && isUnsure && (await askIfOver())))) {
    await record({ type: 'finish' });
  }
}

/** @param {Match} match */
const asksIfOver = (match) => rulesOf(match)?.engine === 'periods' && match.state.status !== 'finished';

/** A score that the rules do not know may still be the last one. */
const askIfOver = () =>
  ask({
    title: t('result.final'),
    text: t('result.finalText'),
    yes: t('result.finalYes'),
    no: t('result.finalNo'),
  });

/**
 * What is known of the kind of a period goes with its score: extra time of a match that is corrected stays extra time.
 *
 * @param {Match} match
 * @param {{A: number, B: number}[]} periods
 */
function named(match, periods) {
  if (rulesOf(match)?.engine !== 'periods' || !match.state.phase || periods.length !== match.state.period) return periods;
  return periods.map((points, index) => {
    const phase = phaseOf(match, index + 1);
    return phase === 'regular' ? points : { ...points, phase };
  });
}

/** @param {string} text "21-19 15-21", whatever stands between the numbers */
function periodsOf(text) {
  const numbers = text.match(/\d{1,4}/g)?.map(Number) ?? [];
  if (numbers.length === 0 || numbers.length % 2 !== 0) throw new ApiError('bad_periods', { field: 'periods' });
  return numbers.flatMap((A, index) => (index % 2 === 0 ? [{ A, B: numbers[index + 1] ?? 0 }] : []));
}

/** Says if the rules end the match with this. @param {Match} match @param {MatchEvent} event */
function isOver({ rules }, event) {
  const play = readPlay(event);
  if (!rules || play instanceof Refusal) return false;
  const fold = new MatchFold(rules);
  fold.apply(play);
  return fold.state().status === 'finished';
}

/** @param {Match} match @param {MatchEvent} event */
function isPossible({ rules }, event) {
  if (!rules) return true;
  const play = readPlay(event);
  return !(play instanceof Refusal || new MatchFold(rules).judge(play) instanceof Refusal);
}
