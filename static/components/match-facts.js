/** What is counted beside the score: cards, fouls, time-outs, in the words of the sport. */
import { h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { SIDES } from '../core/match.js';
import { Part } from '../core/part.js';
import { cardsOf, nameOf, rulesOf } from '../core/sport.js';

/**
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {{words: string, colour?: string, counts: number[]}} Fact
 */

/** @param {Match} match @returns {Fact[]} those of which there is any */
function factsOf(match) {
  const { cards, fouls, timeouts } = match.state;
  const known = cardsOf(match);
  const shown = new Set(known.map(({ colour }) => colour));
  const strange = SIDES.flatMap((side) => Object.keys(cards?.[side] ?? {})).filter((colour) => !shown.has(colour));
  const colours = [...known, ...[...new Set(strange)].map((colour) => ({ colour, words: t('facts.card') }))];
  /** @type {Fact[]} */
  const facts = colours.map(({ colour, words }) => ({
    words,
    colour,
    counts: SIDES.map((side) => cards?.[side][colour] ?? 0),
  }));
  facts.push({ words: nameOf(rulesOf(match)?.fouls?.name) || t('facts.fouls'), counts: SIDES.map((side) => fouls?.[side] ?? 0) });
  facts.push({ words: t('pad.timeout'), counts: SIDES.map((side) => timeouts?.[side] ?? 0) });
  return facts.filter(({ counts }) => counts.some((count) => count !== 0));
}

/** @extends {Part<Match>} */
export class MatchFacts extends Part {
  #heading = h('h2');
  #table = h('table', { class: 'facts-table' });

  connectedCallback() {
    this.replaceChildren(this.#heading, this.#table);
    super.connectedCallback();
  }

  build() {
    setText(this.#heading, t('facts.title'));
  }

  /** @param {Match} match */
  update(match) {
    const facts = factsOf(match);
    this.hidden = facts.length === 0;
    const state = JSON.stringify([facts, match.sides, t('facts.title')]);
    if (this.#table.dataset['state'] === state) return;
    this.#table.dataset['state'] = state;
    const names = SIDES.map((side) => h('th', { scope: 'col' }, h('span', { class: 'clip' }, match.sides[side].name)));
    const rows = facts.map(({ words, colour, counts }) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, colour && h('span', { class: 'card-shape', 'data-colour': colour, 'aria-hidden': 'true' }), words),
        ...counts.map((count) => h('td', {}, String(count))),
      ),
    );
    this.#table.replaceChildren(h('thead', {}, h('tr', {}, h('td'), ...names)), h('tbody', {}, ...rows));
  }
}

customElements.define('match-facts', MatchFacts);
