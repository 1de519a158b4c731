/** The latest results and the next matches, side by side on a big screen. */
import { h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { SIDES, kicksLine, periodsLine, statusOf, versus } from '../core/match.js';
import { Part } from '../core/part.js';
import { sideName } from '../core/sides.js';
import { sportName } from '../core/sport.js';
import { FitText } from './fit-text.js';

/** @typedef {import('../core/types.js').Match} Match */

/** @param {Match} match @param {import('../core/socket.js').Link} link */
function result(match, link) {
  const rows = SIDES.map((side) => {
    const name = new FitText();
    name.words = isolated(sideName(match.sides[side]));
    const won = match.state.winner === side;
    const score = h('strong', { class: 'tv-points' }, String(match.state.score[side]));
    return h('div', { class: won ? 'tv-side won' : 'tv-side', 'data-side': side }, name, score);
  });
  const told = [sportName(match.sport), statusOf(match, link).words, periodsLine(match), kicksLine(match)];
  const words = told.filter(Boolean).join(' · ');
  return h('li', {}, ...rows, h('p', { class: 'tv-what' }, words));
}

/** @param {Match} match */
function upcoming(match) {
  const names = new FitText();
  names.words = versus(match);
  const where = [isolated(match.courtName ?? ''), sportName(match.sport), isolated(match.tournamentName ?? '')].filter(Boolean).join(' · ');
  return h('li', {}, h('div', { class: 'tv-side' }, names), h('p', { class: 'tv-what' }, where));
}

/** @extends {Part<{page: import('../core/screen.js').ResultsPage, link: import('../core/socket.js').Link}>} */
export class TvResults extends Part {
  #finishedTitle = h('h2');
  #nextTitle = h('h2');
  #finished = h('ol', { class: 'tv-list' });
  #next = h('ol', { class: 'tv-list' });
  /** What was drawn last. @type {string|null} */
  #shown = null;

  connectedCallback() {
    this.replaceChildren(
      h('section', {}, this.#finishedTitle, this.#finished),
      h('section', {}, this.#nextTitle, this.#next),
    );
    super.connectedCallback();
  }

  build() {
    setText(this.#finishedTitle, t('tv.results'));
    setText(this.#nextTitle, t('section.next'));
    this.#shown = null;
  }

  /** @param {{page: import('../core/screen.js').ResultsPage, link: import('../core/socket.js').Link}} data */
  update({ page, link }) {
    const { finished, next } = page;
    const now = [...finished, ...next].map((match) => `${match.id}${match.seq}${match.updatedAt}${sportName(match.sport)}`).join();
    if (now === this.#shown) return;
    this.#shown = now;
    const none = (/** @type {Match[]} */ list) => (list.length > 0 ? [] : [h('li', { class: 'tv-what' }, t('tv.none'))]);
    this.#finished.replaceChildren(...finished.map((match) => result(match, link)), ...none(finished));
    this.#next.replaceChildren(...next.map(upcoming), ...none(next));
  }
}

customElements.define('tv-results', TvResults);
