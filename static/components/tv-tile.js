/**
 * One court on a big screen: who plays, the score and what leads to it. The same for a tile of the wall, for a court that
 * fills the screen, and for the strip over a video stream; their sizes are a matter of style.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').Side} Side
 * @typedef {import('../core/screen.js').Tile} Tile
 */
import { flash, h, setText, speaker } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { SIDES, besideScore, kicksLine, spokenScore, tellingPeriods } from '../core/match.js';
import { Part } from '../core/part.js';
import { callWords, movedWords } from '../core/programme.js';
import { sideName } from '../core/sides.js';
import { promptWords, promptsForSpectators, servingWords, sportName } from '../core/sport.js';
import { FitText } from './fit-text.js';
import { MatchClock } from './match-clock.js';
import { showStatus } from './status-chip.js';

/** @param {Side} side */
function sideRow(side) {
  const parts = {
    name: new FitText(),
    sign: h('span', { class: 'tv-sign' }),
    sets: h('strong', { class: 'tv-sets' }),
    points: h('strong', { class: 'tv-points' }),
  };
  const who = h('div', { class: 'tv-who' }, parts.name, parts.sign);
  const element = h('div', { class: 'tv-side', 'data-side': side }, who, parts.sets, parts.points);
  return { ...parts, element };
}

/** Who plays next here, and when, as far as that is known. @param {Match} next */
function nextWords(next) {
  const sides = { a: sideName(next.sides.A), b: sideName(next.sides.B) };
  if (next.call === 'planned' && !next.plannedAt) return t('tv.next', sides);
  const words = t('tv.nextAt', { ...sides, when: callWords(next) });
  return next.moved ? `${words} (${movedWords(next)})` : words;
}

/** @extends {Part<{tile: Tile, link: import('../core/socket.js').Link, speaks: boolean}>} */
export class TvTile extends Part {
  #court = h('h2', { class: 'tv-court' });
  #what = h('p', { class: 'tv-what' });
  #chip = h('span', { class: 'chip' });
  #clock = new MatchClock();
  #prompts = h('p', { class: 'tv-prompts' });
  #sides = { A: sideRow('A'), B: sideRow('B') };
  #board = h('div', { class: 'tv-board' }, this.#sides.A.element, this.#sides.B.element);
  #periods = h('p', { class: 'tv-periods' });
  #next = h('p', { class: 'tv-next' });
  #spoken = h('p', { class: 'visually-hidden', role: 'status' });
  #speak = speaker(this.#spoken);

  connectedCallback() {
    this.replaceChildren(
      h('header', { class: 'tv-head' }, this.#court, this.#what, h('p', { class: 'tv-status' }, this.#clock, this.#chip)),
      this.#board,
      h('footer', { class: 'tv-foot' }, this.#periods, this.#prompts, this.#next),
      this.#spoken,
    );
    super.connectedCallback();
  }

  /** @param {{tile: Tile, link: import('../core/socket.js').Link, speaks: boolean}} data */
  update({ tile, link, speaks }) {
    const { match, next } = tile;
    setText(this.#court, isolated(tile.name ?? '') || (match && sportName(match.sport)) || t('tv.court'));
    this.#board.hidden = !match;
    this.#periods.hidden = !match;
    const upcoming = next && match?.state.status !== 'live';
    this.#next.hidden = !upcoming && match !== null;
    setText(this.#next, upcoming ? nextWords(next) : match ? '' : t('tv.nothing'));
    this.dataset['status'] = match?.state.status ?? 'none';
    const shown = match ?? next;
    setText(this.#what, shown ? [tile.name && sportName(shown.sport), isolated(shown.tournamentName ?? '')].filter(Boolean).join(' · ') : '');
    this.#chip.hidden = !match;
    this.#clock.hidden = !match;
    if (!match) return this.#prompts.replaceChildren();
    showStatus(this.#chip, match, link);
    this.#clock.data = { match, link };
    this.#showScore(match);
    this.#showPrompts(match, link);
    if (speaks) this.#speak(spokenScore(match));
  }

  /** @param {Match} match */
  #showScore(match) {
    const beside = besideScore(match);
    const inPoints = beside?.kind === 'points';
    const scheduled = match.state.status === 'scheduled';
    const figures = SIDES.map((side) => (inPoints ? beside.points[side] : scheduled ? '–' : String(match.state.score[side])));
    const sets = SIDES.map((side) => (inPoints ? String(match.state.score[side]) : ''));
    this.dataset['digits'] = String(Math.max(...figures.map((figure) => figure.length)));
    SIDES.forEach((side, index) => this.#showSide(match, side, figures[index] ?? '', sets[index] ?? ''));
    const periods = tellingPeriods(match).map(({ A, B }) => `${A}–${B}`);
    const told = [...periods, kicksLine(match)].filter(Boolean);
    setText(this.#periods, told.join('   '));
  }

  /** @param {Match} match @param {Side} side @param {string} figure @param {string} sets */
  #showSide(match, side, figure, sets) {
    const { name, sign, sets: setsElement, points, element } = this.#sides[side];
    name.words = isolated(sideName(match.sides[side]));
    const { winner, serving, status } = match.state;
    const said = winner === side ? t('match.winner') : serving === side && status === 'live' ? servingWords(match) : '';
    element.classList.toggle('won', winner === side);
    if (sign.textContent !== said) sign.replaceChildren(...(said ? [icon('winner'), h('span', {}, said)] : []));
    setsElement.hidden = sets === '';
    setText(setsElement, sets);
    const first = points.textContent === '';
    if (setText(points, figure) && !first) flash(points);
  }

  /** What is about to happen is true only while this page hears of it.
   * @param {Match} match
   * @param {import('../core/socket.js').Link} link
   */
  #showPrompts(match, link) {
    const words = link.phase === 'live' ? promptsForSpectators(match).map(promptWords) : [];
    if (this.#prompts.dataset['words'] === words.join()) return;
    this.#prompts.dataset['words'] = words.join();
    this.#prompts.replaceChildren(...words.map((text) => h('span', { class: 'chip prompt' }, text)));
  }
}

customElements.define('tv-tile', TvTile);
