/**
 * What a referee needs now and then, behind one button: time-outs, cards, the end of a match that is not played to
 * its end.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').MatchEvent} MatchEvent
 * @typedef {import('../core/types.js').Side} Side
 */
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { SIDES } from '../core/match.js';
import { cardsOf, inSets, rulesOf } from '../core/sport.js';
import { ask, openDialog } from './dialog.js';

/** Ends the match, so it is asked for again. */
const FINAL = new Set(['finish', 'retire', 'walkover']);

/** @param {Match} match @param {Side} side @returns {{words: string, event: MatchEvent}[]} */
function ofSide(match, side) {
  const rules = rulesOf(match);
  const { status, prompt = [], timeouts, cards } = match.state;
  const withCount = (/** @type {string} */ words, /** @type {number|undefined} */ n) => (n ? `${words} · ${n}` : words);
  const choices = [];
  if (status === 'scheduled') choices.push({ words: t('pad.walkover'), event: { type: 'walkover', side } });
  if (rules?.timeouts.counts.length)
    choices.push({ words: withCount(t('pad.timeout'), timeouts?.[side]), event: { type: 'timeout', side } });
  for (const { colour, words } of cardsOf(match)) {
    const event = { type: 'card', side, detail: { colour } };
    choices.push({ words: withCount(words, cards?.[side][colour]), event });
  }
  if (prompt.includes('priority')) choices.push({ words: t('pad.priority'), event: { type: 'serve', side } });
  else if (rules?.engine === 'ladder' && rules.serve?.order !== 'none')
    choices.push({ words: t(inSets(match) ? 'pad.serves' : 'match.next'), event: { type: 'serve', side } });
  if (status !== 'scheduled') choices.push({ words: t('pad.retires'), event: { type: 'retire', side } });
  return choices;
}

/** @param {Match} match @returns {{words: string, event: MatchEvent}[]} */
function ofMatch(match) {
  const { status, period } = match.state;
  const choices = [];
  if (status === 'live') choices.push({ words: t('pad.suspend'), event: { type: 'suspend' } });
  if (status === 'live' && inSets(match) && period)
    choices.push({ words: t('pad.setOver'), event: { type: 'period_end' } });
  choices.push({ words: t('pad.finishYes'), event: { type: 'finish' } });
  return choices;
}

/**
 * @param {Match} match
 * @param {(event: MatchEvent) => void} record
 */
export function openMore(match, record) {
  const button = (/** @type {{words: string, event: MatchEvent}} */ { words, event }) => {
    const onclick = async () => {
      dialog.close();
      if (!FINAL.has(event.type) || (await confirmEnd(match, words, event.side))) record(event);
    };
    return h('button', { type: 'button', class: 'button', onclick }, words);
  };
  const side = (/** @type {Side} */ side) =>
    h(
      'section',
      { class: 'more-side', 'data-side': side, 'aria-label': match.sides[side].name },
      h('h3', {}, match.sides[side].name),
      ...ofSide(match, side).map(button),
    );
  const dialog = openDialog(
    t('pad.moreTitle'),
    h('div', { class: 'more-sides' }, ...SIDES.map(side)),
    h('div', { class: 'more-match' }, ...ofMatch(match).map(button)),
  );
}

/**
 * @param {Match} match
 * @param {string} [what] how it ends, where it does not simply end
 * @param {Side|null} [side]
 */
export function confirmEnd({ sides, state }, what, side) {
  const { A, B } = state.score;
  const score = t('pad.finishText', { a: sides.A.name, b: sides.B.name, scoreA: A, scoreB: B });
  return ask({
    title: t('pad.finishTitle'),
    text: side ? `${sides[side].name}: ${what}` : score,
    yes: t('pad.finishYes'),
    no: t('pad.finishNo'),
  });
}
