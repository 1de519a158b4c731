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
import { SIDES, scoreLine } from '../core/match.js';
import { cardsOf, inSets, periodName, rulesOf } from '../core/sport.js';
import { isTimed } from '../core/clock.js';
import { ask, openDialog, openForm } from './dialog.js';
import { openSetClock } from './pad-clock.js';
import './language-switch.js';
import { openResult } from './result-form.js';

/** Ends the match, so it is asked for again. */
const FINAL = new Set(['finish', 'retire', 'walkover']);

/** A match that ends with one of these is over for good; one whose time is up may go on in a second leg. */
const DECIDES = new Set(['point', 'serve', 'result']);

/** @param {Match} match @param {MatchEvent} event */
function ends(match, { type, detail }) {
  return FINAL.has(type) || (type === 'card' && rulesOf(match)?.cards[String(detail?.['colour'])]?.disqualifies);
}

/** @param {Match} match @param {Side} side @returns {{words: string, event: MatchEvent}[]} */
function ofSide(match, side) {
  const rules = rulesOf(match);
  const { status, prompt = [], timeouts, cards } = match.state;
  const playing = status === 'live' || status === 'suspended';
  const withCount = (/** @type {string} */ words, /** @type {number|undefined} */ n) => (n ? `${words} · ${n}` : words);
  const choices = [];
  if (status === 'scheduled') choices.push({ words: t('pad.walkover'), event: { type: 'walkover', side } });
  if (status !== 'finished' && rules?.timeouts.counts.length)
    choices.push({ words: withCount(t('pad.timeout'), timeouts?.[side]), event: { type: 'timeout', side } });
  for (const { colour, words } of cardsOf(match)) {
    const event = { type: 'card', side, detail: { colour } };
    choices.push({ words: withCount(words, cards?.[side][colour]), event });
  }
  if (status === 'finished') return choices;
  if (prompt.includes('priority')) choices.push({ words: t('pad.priority'), event: { type: 'serve', side } });
  else if (rules?.engine === 'ladder' && rules.serve?.order !== 'none')
    choices.push({ words: t(inSets(match) ? 'pad.serves' : 'match.next'), event: { type: 'serve', side } });
  if (playing && rules?.serve?.expedite)
    choices.push({ words: t('pad.expedite'), event: { type: 'serve', side, detail: { expedite: true } } });
  if (playing) choices.push({ words: t('pad.injury'), event: { type: 'note', side, detail: { kind: 'injury' } } });
  if (playing) choices.push({ words: t('pad.retires'), event: { type: 'retire', side } });
  if (playing) choices.push({ words: t('pad.disqualified'), event: disqualified(side) });
  return choices;
}

/** @param {Side} side @returns {MatchEvent} */
export const disqualified = (side) => ({ type: 'retire', side, detail: { reason: 'disqualified' } });

/** @param {Match} match @param {MatchEvent|null} last @returns {{words: string, event: MatchEvent}[]} */
function ofMatch(match, last) {
  const { status, period } = match.state;
  if (status === 'finished') return last && DECIDES.has(last.type) ? [] : afterTime(match);
  const choices = [];
  if (status === 'live') choices.push({ words: t('pad.suspend'), event: { type: 'suspend' } });
  if (status === 'live' && inSets(match) && period)
    choices.push({ words: t('pad.setOver'), event: { type: 'period_end' } });
  choices.push({ words: t('pad.finishYes'), event: { type: 'finish' } });
  return choices;
}

/**
 * In a second leg extra time or kicks follow a match that is not level in itself.
 *
 * @param {Match} match
 * @returns {{words: string, event: MatchEvent}[]}
 */
function afterTime(match) {
  const { phase, reason, period = 0 } = match.state;
  const rules = rulesOf(match);
  if (rules?.engine !== 'periods' || reason || phase === 'shootout') return [];
  /** @type {['extra_time'|'shootout', unknown][]} */
  const next = [
    ['extra_time', rules.extra],
    ['shootout', rules.shootout],
  ];
  return next.flatMap(([phase, known]) => {
    const words = t('pad.begin', { what: periodName(match, period + 1, phase) });
    return known ? [{ words, event: { type: 'period_start', detail: { phase } } }] : [];
  });
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
  if (isTimed(match) && match.state.status !== 'finished') choices.push({ words: t('clock.set'), open: () => openSetClock(view, record) });
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
      if (!ends(match, event) || (await confirmEnd(match, words, event.side))) record(event);
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
    h('div', { class: 'more-match' }, ...asking(more).map(opener), ...ofMatch(match, more.view.last).map(button)),
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
export function confirmEnd(match, what, side) {
  const { sides } = match;
  const score = t('pad.finishText', { a: sides.A.name, b: sides.B.name, score: scoreLine(match) });
  return ask({
    title: t('pad.finishTitle'),
    text: side ? `${isolated(sides[side].name)}: ${what}` : score,
    yes: t('pad.finishYes'),
    no: t('pad.finishNo'),
  });
}
