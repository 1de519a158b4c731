/**
 * All matches of the venue in three sections. Cards stay the same elements while they change, so that neither the
 * focus nor the eye loses them.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {'live'|'next'|'finished'} Section
 */
import { elementId, h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { sectionOf } from '../core/match.js';
import { Part } from '../core/part.js';
import { MatchCard } from './match-card.js';

/** @typedef {{matches: Match[], link: import('../core/socket.js').Link, organiser: boolean, sports: unknown}} List */

/** @type {Section[]} */
export const SECTIONS = ['live', 'next', 'finished'];

const FINISHED_SHOWN = 12;
const AGE_TICK_MS = 5_000;

/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** In order of creation, so that nothing moves under a finger; results the latest first.
 * @param {Match[]} matches
 * @param {Section} section
 */
export function inSection(matches, section) {
  const chosen = matches.filter((match) => sectionOf(match) === section);
  if (section === 'finished') return chosen.sort((a, b) => compare(b.updatedAt, a.updatedAt) || compare(a.id, b.id));
  return chosen.sort((a, b) => compare(a.createdAt, b.createdAt) || compare(a.id, b.id));
}

/** @param {Section} name */
function section(name) {
  const parts = {
    count: h('span', { class: 'count' }),
    words: h('span'),
    list: h('ul', { class: 'cards' }),
    empty: h('p', { class: 'empty-line' }),
    more: h('button', { type: 'button', class: 'button quiet more' }),
  };
  const id = elementId();
  const heading = h('h2', { id }, parts.words, ' ', parts.count);
  const element = h(
    'section',
    { class: 'section', id: name, 'aria-labelledby': id, tabindex: '-1' },
    heading,
    parts.empty,
    parts.list,
    parts.more,
  );
  return { ...parts, element };
}

/** @extends {Part<List>} */
export class MatchList extends Part {
  /** @type {Map<string, {item: HTMLLIElement, card: MatchCard}>} */
  #cards = new Map();
  #sections = { live: section('live'), next: section('next'), finished: section('finished') };
  #emptyTitle = h('h2');
  #emptyText = h('p');
  #empty = h('div', { class: 'empty' }, this.#emptyTitle, this.#emptyText);
  #allFinished = false;
  #clock = 0;

  connectedCallback() {
    this.#sections.finished.more.onclick = () => {
      this.#allFinished = true;
      if (this.data) this.update(this.data);
      this.#sections.finished.element.focus();
    };
    this.replaceChildren(this.#empty, ...SECTIONS.map((name) => this.#sections[name].element));
    super.connectedCallback();
    this.#clock = setInterval(() => this.#cards.forEach(({ card }) => card.showAge()), AGE_TICK_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#clock);
    super.disconnectedCallback();
  }

  build() {
    for (const name of SECTIONS) setText(this.#sections[name].words, t(`section.${name}`));
    setText(this.#sections.live.empty, t('empty.live'));
    setText(this.#emptyTitle, t('empty.title'));
  }

  /** @param {List} list */
  update({ matches, link, organiser, sports }) {
    const known = link.freshAt !== null;
    this.#empty.hidden = !known || matches.length > 0;
    setText(this.#emptyText, t(organiser ? 'empty.organiser' : 'empty.watcher'));
    const gone = new Set(this.#cards.keys());
    for (const name of SECTIONS) {
      const all = inSection(matches, name);
      const shown = name === 'finished' && !this.#allFinished ? all.slice(0, FINISHED_SHOWN) : all;
      const { element, list, count, more, empty } = this.#sections[name];
      element.hidden = all.length === 0 && (name !== 'live' || matches.length === 0);
      empty.hidden = name !== 'live' || all.length > 0;
      setText(count, String(all.length));
      more.hidden = shown.length === all.length;
      setText(more, t('section.showAll', { n: all.length - shown.length }));
      shown.forEach((match, index) => {
        gone.delete(match.id);
        const { item, card } = this.#cardOf(match.id);
        if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
        card.show({ match, link, organiser, sports });
      });
    }
    for (const id of gone) {
      this.#cards.get(id)?.item.remove();
      this.#cards.delete(id);
    }
  }

  /** @param {string} id */
  #cardOf(id) {
    let entry = this.#cards.get(id);
    if (!entry) {
      const card = new MatchCard();
      entry = { card, item: h('li', {}, card) };
      this.#cards.set(id, entry);
    }
    return entry;
  }
}

customElements.define('match-list', MatchList);
