/**
 * All matches of the venue in their sections. Cards stay the same elements while they change, so that neither the focus
 * nor the eye loses them.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/listing.js').Section} Section
 */
import { elementId, h, setText, speaker } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { SECTIONS } from '../core/listing.js';
import { isolated } from '../core/isolate.js';
import { matchPath, spokenScore, versus } from '../core/match.js';
import { nextOnCourts } from '../core/order.js';
import { Part } from '../core/part.js';
import { beginWords, hallZone, movedWords } from '../core/programme.js';
import { MatchCard } from './match-card.js';

/**
 * @typedef {object} List
 * @property {number} all how many matches there are, shown or not
 * @property {import('../core/listing.js').Listing} listing
 * @property {boolean} narrow whether some were left out because somebody looks for others
 * @property {ReadonlySet<string>} followed
 * @property {import('../core/socket.js').Link} link
 * @property {boolean} organiser
 * @property {unknown} sports
 */

const FINISHED_SHOWN = 12;
const AGE_TICK_MS = 5_000;

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
  #sections = {
    followed: section('followed'),
    live: section('live'),
    next: section('next'),
    finished: section('finished'),
  };
  #spoken = h('p', { class: 'visually-hidden', role: 'status' });
  /** The last told scores of the followed matches. @type {Map<string, string>} */
  #told = new Map();
  #speak = speaker(this.#spoken);
  #emptyTitle = h('h2');
  #emptyText = h('p');
  #empty = h('div', { class: 'empty' }, this.#emptyTitle, this.#emptyText);
  /** Followers are told where their teams play by now. */
  #moved = h('section', { class: 'notice calm moved', role: 'status', hidden: true });
  #allFinished = false;
  #clock = 0;

  connectedCallback() {
    this.#sections.finished.more.onclick = () => {
      this.#allFinished = true;
      if (this.data) this.update(this.data);
      this.#sections.finished.element.focus();
    };
    this.replaceChildren(this.#empty, this.#moved, ...SECTIONS.map((name) => this.#sections[name].element), this.#spoken);
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
  update({ all, listing, narrow, followed, link, organiser, sports }) {
    const known = link.freshAt !== null;
    this.#empty.hidden = !known || all > 0;
    setText(this.#emptyText, t(organiser ? 'empty.organiser' : 'empty.watcher'));
    const gone = new Set(this.#cards.keys());
    const comes = nextOnCourts(SECTIONS.flatMap((name) => listing[name]));
    this.#showMoved(listing.followed);
    for (const name of SECTIONS) {
      const whole = listing[name];
      const shown = name === 'finished' && !this.#allFinished ? whole.slice(0, FINISHED_SHOWN) : whole;
      const { element, list, count, more, empty } = this.#sections[name];
      // That nothing is on is worth saying, where it is true: a search and followed teams take matches out of this section.
      const idle = name === 'live' && all > 0 && !narrow && listing.followed.length === 0;
      element.hidden = whole.length === 0 && !idle;
      empty.hidden = whole.length > 0;
      setText(count, String(whole.length));
      more.hidden = shown.length === whole.length;
      setText(more, t('section.showAll', { n: whole.length - shown.length }));
      shown.forEach((match, index) => {
        gone.delete(match.id);
        const { item, card } = this.#cardOf(match.id);
        if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
        const next = match.state.status === 'scheduled' || match.state.status === 'finished' ? null : (comes.get(match.courtID ?? '') ?? null);
        card.show({ match, link, organiser, sports, followed, next, zone: hallZone() });
      });
    }
    this.#tellScores(listing.followed);
    for (const id of gone) {
      this.#cards.get(id)?.item.remove();
      this.#cards.delete(id);
    }
  }

  /** @param {Match[]} matches those of followed teams */
  #showMoved(matches) {
    const moved = matches.filter(({ moved, state }) => moved && state.status === 'scheduled');
    const lines = moved.map((match) => [versus(match), beginWords(match), isolated(match.courtName ?? ''), movedWords(match)].filter(Boolean).join(' · '));
    const words = lines.join('|');
    if (this.#moved.dataset['words'] === words) return;
    this.#moved.dataset['words'] = words;
    this.#moved.hidden = lines.length === 0;
    const items = lines.map((line, at) => h('li', {}, h('a', { href: matchPath(/** @type {Match} */ (moved[at])) }, line)));
    this.#moved.replaceChildren(h('strong', {}, t('call.movedTitle')), h('ul', {}, ...items));
  }

  /** Of hundreds of scores, only those of followed teams are spoken. @param {Match[]} matches */
  #tellScores(matches) {
    /** @param {Match} match */
    const words = (match) => (match.state.status === 'scheduled' ? '' : spokenScore(match));
    const news = matches.filter((match) => (this.#told.get(match.id) ?? words(match)) !== words(match)).map(words);
    this.#told = new Map(matches.map((match) => [match.id, words(match)]));
    if (news.length > 0) this.#speak(news.join('. '));
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
