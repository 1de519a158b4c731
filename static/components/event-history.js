/** What happened in a match, the latest first. Nothing disappears: what was undone is struck through. */
import { h, setText } from '../core/dom.js';
import { t, timeOfDay } from '../core/i18n.js';
import { localTime } from '../core/api.js';
import { followUndo, inWords } from '../core/history.js';
import { Part } from '../core/part.js';

/**
 * @typedef {import('../core/types.js').Entry} Entry
 * @typedef {{entries: Entry[], sides: import('../core/types.js').Match['sides']}} History
 */

/** @extends {Part<History>} */
export class EventHistory extends Part {
  #heading = h('h2');
  #none = h('p', { class: 'empty-line' });
  #list = h('ol', { class: 'events', reversed: true });
  /** @type {Map<number, HTMLLIElement>} by `seq` */
  #items = new Map();

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
  update({ entries, sides }) {
    this.#none.hidden = entries.length > 0;
    if (entries.length < this.#items.size) this.#clear();
    const { struck, targets } = followUndo(entries);
    entries.forEach((entry, index) => {
      const target = targets.get(entry);
      const item = this.#items.get(entry.seq) ?? this.#add(entry, index, inWords(entry.event, sides, target?.event));
      if (item.classList.contains('undone') !== struck.has(entry)) this.#strike(item, struck.has(entry));
    });
  }

  #clear() {
    this.#items.clear();
    this.#list.replaceChildren();
  }

  /** @param {Entry} entry @param {number} index its place from the start @param {string} words */
  #add({ seq, at, event, state }, index, words) {
    const time = localTime(at);
    const item = h(
      'li',
      { class: 'event', value: seq, 'data-type': event.type, 'data-side': event.side },
      h('time', { datetime: at }, timeOfDay(time)),
      h('span', { class: 'event-words', title: words }, words),
      h('span', { class: 'event-score' }, state ? `${state.score.A} – ${state.score.B}` : ''),
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
