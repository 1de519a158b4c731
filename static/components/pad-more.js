/**
 * What a referee needs now and then, behind one button: time-outs, cards, an injury, the clock, a score typed as a
 * whole, the end of a match that is not played to its end.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').MatchEvent} MatchEvent
 * @typedef {import('../core/types.js').Side} Side
 */
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { SIDES } from '../core/match.js';
import { cardsOf, inSets, rulesOf } from '../core/sport.js';
import { isTimed } from '../core/clock.js';
import { ask, openDialog, openForm } from './dialog.js';
import { openSetClock } from './pad-clock.js';
import './language-switch.js';
import { openResult } from './result-form.js';

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
  if (status !== 'scheduled')
    choices.push({ words: t('pad.injury'), event: { type: 'note', side, detail: { kind: 'injury' } } });
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
 * What asks for more than a tap.
 * @param {More} more
 * @returns {{words: string, open: () => void}[]}
 */
function asking({ view, match, record, swap }) {
  const choices = [
    { words: t('pad.swap'), open: swap },
    { words: t('pad.note'), open: () => openNote(record) },
    { words: t('result.title'), open: () => openResult(match, record) },
  ];
  if (isTimed(match)) choices.push({ words: t('clock.set'), open: () => openSetClock(view, record) });
  return choices;
}

/** @param {(event: MatchEvent) => void} record */
async function openNote(record) {
  const input = h('input', { type: 'text', maxlength: 500, autocomplete: 'off', required: true });
  const text = await openForm({
    title: t('pad.note'),
    fields: [{ name: 'text', label: t('pad.noteText'), input }],
    submit: t('pad.noteKeep'),
    send: async ({ text = '' }) => text,
  });
  if (text) record({ type: 'note', detail: { text } });
}

/**
 * @typedef {object} More
 * @property {import('../core/referee.js').View} view
 * @property {Match} match
 * @property {(event: MatchEvent) => void} record
 * @property {() => void} swap shows the sides the other way round
 *
 * @param {More} more
 */
export function openMore(more) {
  const { match, record } = more;
  const opener = (/** @type {{words: string, open: () => void}} */ { words, open }) => {
    const onclick = () => {
      dialog.close();
      open();
    };
    return h('button', { type: 'button', class: 'button', onclick }, words);
  };
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
  const language = document.createElement('language-switch');
  const dialog = openDialog(
    t('pad.moreTitle'),
    h('div', { class: 'more-sides' }, ...SIDES.map(side)),
    h('div', { class: 'more-match' }, ...asking(more).map(opener), ...ofMatch(match).map(button)),
    // The pad goes on behind it.
    h('a', { class: 'button quiet', href: '/help', target: '_blank' }, t('app.help')),
    language,
  );
  language.onchange = () => dialog.close();
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
    text: side ? `${isolated(sides[side].name)}: ${what}` : score,
    yes: t('pad.finishYes'),
    no: t('pad.finishNo'),
  });
}
