/** What happened in a match, the latest first. Nothing disappears: what was undone is struck through. */
import { h, setText } from '../core/dom.js';
import { t, timeOfDay } from '../core/i18n.js';
import { localTime } from '../core/api.js';
import { followUndo, inWords, withoutState } from '../core/history.js';
import { SIDES, besideScore } from '../core/match.js';
import { currentPeriodName, inSets, rulesOf } from '../core/sport.js';
import { Part } from '../core/part.js';

/**
 * @typedef {import('../core/types.js').Entry} Entry
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {{entries: Entry[], match: Match}} History
 */

/**
 * The score as the event moved it: with sets, the points of the set; with games, the games before them.
 * @param {Match} match as it stood right after the event
 */
function scoreInWords(match) {
  const { score, periods = [], points, status } = match.state;
  /** @param {{A: number|string, B: number|string}} count */
  const pair = ({ A, B }) => `${A} – ${B}`;
  /** @param {{A: number|string, B: number|string}} count */
  const tight = ({ A, B }) => `${A}–${B}`;
  const [set] = periods.slice(-1);
  if (!inSets(match) || !set) {
    const beside = besideScore(match);
    return beside ? `${tight(score)} (${tight(beside.points)})` : pair(score);
  }
  const games = rulesOf(match)?.game !== undefined && points && status !== 'finished';
  return games ? `${tight(set)} · ${tight(points)}` : pair(set);
}

/**
 * Who took a set with this event.
 *
 * @param {Match} match as it stood right after it
 * @param {Entry|undefined} before
 */
function setTaker({ state, sides }, before) {
  const score = before?.state?.score;
  if (!score) return '';
  const side = SIDES.find((side) => state.score[side] > score[side]);
  return side ? sides[side].name : '';
}

/** Which set or period it was, where there are several. @param {Match} then @param {import('../core/types.js').State|undefined} state */
function periodLine(then, state) {
  const rules = rulesOf(then);
  const several = inSets(then) ? (rules?.match?.best_of ?? 2) > 1 : (rules?.period?.count ?? 1) > 1;
  if (!state || !several || (state.period ?? 0) < 1 || state.status === 'finished') return null;
  return h('small', {}, currentPeriodName(then));
}

/** @extends {Part<History>} */
export class EventHistory extends Part {
  #heading = h('h2');
  #none = h('p', { class: 'empty-line' });
  #list = h('ol', { class: 'events', reversed: true });
  /** @type {Map<number, HTMLLIElement>} by `seq` */
  #items = new Map();
  /** By which the words were chosen. @type {import('../core/types.js').Rules|null} */
  #rules = null;

  connectedCallback() {
    this.replaceChildren(this.#heading, this.#none, this.#list);
    super.connectedCallback();
  }

  build() {
    setText(this.#heading, t('match.history'));
    setText(this.#none, t('match.noHistory'));
    this.#clear();
  }

  /** @param {History} history */
  update({ entries, match }) {
    this.#none.hidden = entries.length > 0;
    // The names of what happened are in the rules, which come later than the first events.
    const rules = rulesOf(match);
    if (entries.length < this.#items.size || rules !== this.#rules) this.#clear();
    this.#rules = rules;
    const { struck, targets } = followUndo(entries);
    entries.forEach((entry, index) => {
      const item = this.#items.get(entry.seq) ?? this.#add(index, targets.get(entry));
      if (item.classList.contains('undone') !== struck.has(entry)) this.#strike(item, struck.has(entry));
    });
  }

  #clear() {
    this.#items.clear();
    this.#list.replaceChildren();
  }

  /** @param {number} index its place from the start @param {Entry} [target] what an undo or redo is about */
  #add(index, target) {
    const { entries, match } = /** @type {History} */ (this.data);
    const { seq, at, event, state } = /** @type {Entry} */ (entries[index]);
    const then = state ? { ...match, state } : withoutState(match);
    const words = [inWords(event, then, target?.event)];
    const taker = state && event.type === 'point' && inSets(match) ? setTaker(then, entries[index - 1]) : '';
    if (taker) words.push(t('event.setTo', { name: taker }));
    const text = words.join(' · ');
    const time = localTime(at);
    const item = h(
      'li',
      { class: 'event', value: seq, 'data-type': event.type, 'data-side': event.side },
      h('time', { datetime: at }, timeOfDay(time)),
      h('span', { class: 'event-words', title: text }, text),
      h(
        'span',
        { class: 'event-right' },
        h('span', { class: 'event-score' }, state ? scoreInWords(then) : ''),
        periodLine(then, state),
      ),
    );
    this.#items.set(seq, item);
    this.#list.insertBefore(item, this.#list.children[this.#list.children.length - index] ?? null);
    return item;
  }

  /** @param {HTMLLIElement} item @param {boolean} undone */
  #strike(item, undone) {
    const words = item.querySelector('.event-words');
    const text = words?.querySelector('s')?.textContent ?? words?.textContent ?? '';
    item.classList.toggle('undone', undone);
    words?.replaceChildren(
      ...(undone ? [h('span', { class: 'visually-hidden' }, `${t('event.undone')}: `), h('s', {}, text)] : [text]),
    );
  }
}

customElements.define('event-history', EventHistory);
