/**
 * The big score of one match, readable from the back row, and its periods.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').Side} Side
 */
import { flash, h, setText, speaker } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { SIDES, besideScore, currentGames, spokenScore, tellingPeriods, versus } from '../core/match.js';
import { Part } from '../core/part.js';
import { sideName } from '../core/sides.js';
import { inSets, periodName, promptWords, promptsForSpectators, servingWords } from '../core/sport.js';
import { MatchClock } from './match-clock.js';
import { showOccasion } from './occasion.js';
import { showStatus } from './status-chip.js';

/** @param {Side} side */
function sideParts(side) {
  const parts = {
    name: h('span', { class: 'board-name' }),
    note: h('span', { class: 'board-note' }),
    score: h('strong', { class: 'board-score' }),
    points: h('strong', { class: 'board-points' }),
  };
  const figures = h('div', { class: 'board-figures' }, parts.points, parts.score);
  const element = h('div', { class: 'board-side', 'data-side': side }, figures, parts.name, parts.note);
  return { ...parts, element };
}

/** @extends {Part<{match: Match, link: import('../core/socket.js').Link}>} */
export class ScoreBoard extends Part {
  #where = h('p', { class: 'board-where' });
  #title = h('h1', { class: 'visually-hidden' });
  #chip = h('span', { class: 'chip on-court' });
  #clock = new MatchClock();
  #prompts = h('span', { class: 'board-prompts' });
  #unit = h('span', { class: 'board-unit' });
  #board = h('div', { class: 'board' });
  #sides = { A: sideParts('A'), B: sideParts('B') };
  #line = h('p', { class: 'board-line' });
  #periods = h('div', { class: 'board-periods' });
  #spoken = h('p', { class: 'visually-hidden', role: 'status' });
  #speak = speaker(this.#spoken);

  connectedCallback() {
    this.#board.append(
      this.#sides.A.element,
      h('div', { class: 'board-dash' }, h('span', { 'aria-hidden': 'true' }, '–'), this.#unit),
      this.#sides.B.element,
    );
    this.replaceChildren(
      this.#title,
      this.#where,
      this.#board,
      this.#line,
      h('p', { class: 'board-status' }, this.#chip, this.#clock, this.#prompts),
      this.#periods,
      this.#spoken,
    );
    super.connectedCallback();
  }

  /** @param {{match: Match, link: import('../core/socket.js').Link}} data */
  update({ match, link }) {
    showOccasion(this.#where, match);
    setText(this.#title, versus(match));
    showStatus(this.#chip, match, link);
    const beside = besideScore(match);
    this.#board.dataset['beside'] = beside?.kind === 'points' ? 'points' : '';
    setText(this.#unit, beside?.kind === 'points' ? t('match.sets') : '');
    for (const side of SIDES) this.#updateSide(match, side, beside?.kind === 'points' ? beside.points[side] : '');
    const digits = Math.max(...SIDES.map((side) => String(match.state.score[side]).length));
    this.#board.dataset['digits'] = String(digits);
    const games = currentGames(match);
    const line = beside?.kind === 'shootout' ? beside : games && { label: t('match.games'), points: games };
    this.#line.hidden = !line;
    setText(this.#line, line ? `${line.label} ${line.points.A} – ${line.points.B}` : '');
    this.#clock.data = { match, link };
    this.#updatePrompts(match, link);
    this.#updatePeriods(match);
    this.#speak(spokenScore(match));
  }

  /** What is about to happen is true only while this page hears of it.
   * @param {Match} match
   * @param {import('../core/socket.js').Link} link
   */
  #updatePrompts(match, link) {
    const words = link.phase === 'live' ? promptsForSpectators(match).map(promptWords) : [];
    if (this.#prompts.dataset['words'] === words.join()) return;
    this.#prompts.dataset['words'] = words.join();
    this.#prompts.replaceChildren(...words.map((text) => h('span', { class: 'chip prompt' }, text)));
  }

  /** @param {Match} match @param {Side} side @param {string} now the points being played, if they are not the score */
  #updateSide(match, side, now) {
    const { sides, state } = match;
    const { name, note, score, points } = this.#sides[side];
    setText(name, isolated(sideName(sides[side])));
    name.title = sideName(sides[side]);
    const words =
      state.winner === side
        ? t('match.winner')
        : state.serving === side && state.status !== 'finished'
          ? servingWords(match)
          : '';
    if (note.textContent !== words) note.replaceChildren(...(words ? [icon('winner'), words] : []));
    const first = score.textContent === '';
    const text = String(state.score[side]);
    if (setText(score, text) && !first) flash(score);
    const none = points.textContent === '';
    points.hidden = now === '';
    if (setText(points, now) && now && !none) flash(points);
  }

  /** @param {Match} match */
  #updatePeriods(match) {
    const { sides } = match;
    const periods = tellingPeriods(match);
    this.#periods.hidden = periods.length === 0;
    const head = h(
      'tr',
      {},
      h('th', { scope: 'col' }, t('match.side')),
      ...periods.map((_, index) =>
        h(
          'th',
          { scope: 'col' },
          h('span', { class: 'visually-hidden' }, periodName(match, index + 1)),
          h('span', { 'aria-hidden': 'true' }, String(index + 1)),
        ),
      ),
    );
    const rows = SIDES.map((side) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, h('span', { class: 'clip' }, isolated(sideName(sides[side])))),
        ...periods.map((period) => h('td', {}, String(period[side]))),
      ),
    );
    this.#periods.replaceChildren(
      h(
        'table',
        {},
        h('caption', { class: 'visually-hidden' }, t(inSets(match) ? 'match.bySet' : 'match.periods')),
        h('thead', {}, head),
        h('tbody', {}, ...rows),
      ),
    );
  }
}

customElements.define('score-board', ScoreBoard);
