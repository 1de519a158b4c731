/**
 * The big score of one match, readable from the back row, and its periods.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').Side} Side
 */
import { flash, h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { SIDES, occasion, spokenScore, tellingPeriods, tellingPoints } from '../core/match.js';
import { Part } from '../core/part.js';
import { showStatus } from './status-chip.js';

/** Scores in quick succession are spoken once. */
const SPEAK_AFTER_MS = 1_500;

/** @param {Side} side */
function sideParts(side) {
  const parts = {
    name: h('span', { class: 'board-name' }),
    note: h('span', { class: 'board-note' }),
    score: h('strong', { class: 'board-score' }),
  };
  const element = h('div', { class: 'board-side', 'data-side': side }, parts.score, parts.name, parts.note);
  return { ...parts, element };
}

/** @extends {Part<{match: Match, link: import('../core/socket.js').Link}>} */
export class ScoreBoard extends Part {
  #where = h('p', { class: 'board-where' });
  #title = h('h1', { class: 'visually-hidden' });
  #chip = h('p', { class: 'chip on-court' });
  #sides = { A: sideParts('A'), B: sideParts('B') };
  #points = h('p', { class: 'board-points' });
  #periods = h('div', { class: 'board-periods' });
  #spoken = h('p', { class: 'visually-hidden', role: 'status' });
  #speakTimer = 0;

  connectedCallback() {
    this.replaceChildren(
      this.#title,
      this.#where,
      h(
        'div',
        { class: 'board' },
        this.#sides.A.element,
        h('span', { class: 'board-dash', 'aria-hidden': 'true' }, '–'),
        this.#sides.B.element,
      ),
      this.#chip,
      this.#points,
      this.#periods,
      this.#spoken,
    );
    super.connectedCallback();
  }

  /** @param {{match: Match, link: import('../core/socket.js').Link}} data */
  update({ match, link }) {
    setText(this.#where, occasion(match));
    setText(this.#title, t('match.versus', { a: match.sides.A.name, b: match.sides.B.name }));
    showStatus(this.#chip, match, link);
    for (const side of SIDES) this.#updateSide(match, side);
    const points = tellingPoints(match.state);
    this.#points.hidden = !points;
    setText(this.#points, points ? `${t('match.points')} ${points.A} – ${points.B}` : '');
    this.#updatePeriods(match);
    this.#speak(spokenScore(match));
  }

  /** @param {Match} match @param {Side} side */
  #updateSide({ sides, state }, side) {
    const { name, note, score } = this.#sides[side];
    setText(name, sides[side].name);
    name.title = sides[side].name;
    const words =
      state.winner === side
        ? t('match.winner')
        : state.serving === side && state.status !== 'finished'
          ? t('match.serving')
          : '';
    if (note.textContent !== words) note.replaceChildren(...(words ? [icon('winner'), words] : []));
    const first = score.textContent === '';
    const text = String(state.score[side]);
    score.dataset['digits'] = String(text.length);
    if (setText(score, text) && !first) flash(score);
  }

  /** @param {Match} match */
  #updatePeriods({ sides, state }) {
    const periods = tellingPeriods(state);
    this.#periods.hidden = periods.length === 0;
    const head = h(
      'tr',
      {},
      h('th', { scope: 'col' }, t('match.side')),
      ...periods.map((_, index) =>
        h(
          'th',
          { scope: 'col' },
          h('span', { class: 'visually-hidden' }, t('match.period', { n: index + 1 })),
          h('span', { 'aria-hidden': 'true' }, String(index + 1)),
        ),
      ),
    );
    const rows = SIDES.map((side) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, h('span', { class: 'clip' }, sides[side].name)),
        ...periods.map((period) => h('td', {}, String(period[side]))),
      ),
    );
    this.#periods.replaceChildren(
      h(
        'table',
        {},
        h('caption', { class: 'visually-hidden' }, t('match.periods')),
        h('thead', {}, head),
        h('tbody', {}, ...rows),
      ),
    );
  }

  /** @param {string} words */
  #speak(words) {
    clearTimeout(this.#speakTimer);
    this.#speakTimer = setTimeout(() => setText(this.#spoken, words), SPEAK_AFTER_MS);
  }
}

customElements.define('score-board', ScoreBoard);
