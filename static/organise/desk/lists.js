/**
 * The columns of the courts, the tray and the strip: elements are kept by the ID of what they show, and drawn again in place.
 *
 * @typedef {import('../../core/types.js').Match} Match
 * @typedef {import('../../core/types.js').DeskLine} DeskLine
 * @typedef {import('./requests.js').Plan} Plan
 * @typedef {import('./model.js').Day} Day
 * @typedef {import('./model.js').Stand} Stand
 * @typedef {import('./board.js').Hands} Hands
 */
import { h, setText } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { arrange, keepFocus } from './arrange.js';
import { NowCard } from './card.js';
import { Column } from './column.js';
import { MatchRow } from './row.js';
import { Strip, TRAY } from './strip.js';

export class Lists {
  #hands;
  /** @type {Map<string, DeskLine>} */
  #lines = new Map();
  /** @type {Map<string, NowCard>} */
  #cards = new Map();
  /** @type {Map<string, MatchRow>} */
  #rows = new Map();
  #courts = h('div', { class: 'desk-courts' });
  #trayWords = h('h2');
  #trayList = h('ul', { class: 'desk-list' });
  #tray = h('section', { class: 'desk-tray' }, this.#trayWords, this.#trayList);
  #strip;
  /** @type {Map<string, Column>} */
  columns = new Map();
  element;

  /** @param {Hands} hands @param {() => void} changed the court that a phone shows is another one */
  constructor(hands, changed) {
    this.#hands = hands;
    this.#strip = new Strip(changed);
    this.element = h('div', { class: 'desk-all' }, this.#strip.element, this.#courts, this.#tray);
    // A place can only have the focus on the court that a phone shows.
    this.element.addEventListener('show-court', ({ target }) => this.#strip.choose(/** @type {HTMLElement} */ (target).dataset['court'] ?? ''));
  }

  /** @param {Day} day @param {Plan} plan */
  update(day, plan) {
    keepFocus(() => this.#update(day, plan));
  }

  /** @param {Day} day @param {Plan} plan */
  #update({ courts, tray }, { calls = [] }) {
    const lists = {
      cardOf: (/** @type {Stand} */ stand) => this.#cardOf(stand),
      rowOf: (/** @type {Stand} */ stand, next = false) => this.#rowOf(stand, next),
    };
    this.#forget(courts.flatMap(({ now }) => now), this.#cards);
    this.#forget([...tray, ...courts.flatMap(({ queue, over }) => [...queue, ...over])], this.#rows);
    this.columns = new Map(courts.map(({ courtID }) => [courtID, this.columns.get(courtID) ?? new Column(courtID, lists)]));
    this.#strip.update({ courts, tray }, (courtID) => this.columns.get(courtID)?.places.length ?? 0);
    for (const court of courts) {
      const column = this.columns.get(court.courtID);
      column?.update(court, calls.find(({ courtID, at }) => courtID === court.courtID && Date.parse(at) <= this.#hands.now())?.matchID);
      column?.element.toggleAttribute('data-shown', court.courtID === this.#strip.chosen);
    }
    arrange(this.#courts, [...this.columns.values()].map(({ element }) => element));
    this.#tray.hidden = tray.length === 0;
    this.#tray.toggleAttribute('data-shown', this.#strip.chosen === TRAY);
    setText(this.#trayWords, t('control.tray', { n: tray.length }));
    arrange(this.#trayList, tray.map((stand) => this.#rowOf(stand, false)));
  }

  /** @param {Stand[]} shown @param {Map<string, unknown>} elements */
  #forget(shown, elements) {
    const ids = new Set(shown.map(({ match }) => match.id));
    for (const id of elements.keys()) if (!ids.has(id)) elements.delete(id);
  }

  /** @param {Stand} stand */
  #cardOf(stand) {
    const { id } = stand.match;
    const card = this.#cards.get(id) ?? new NowCard(id, this.#hands);
    this.#cards.set(id, card);
    card.update(stand, this.#lines.get(id));
    return card.element;
  }

  /** @param {Stand} stand @param {boolean} next */
  #rowOf(stand, next) {
    const { id } = stand.match;
    const row = this.#rows.get(id) ?? new MatchRow(id, this.#hands);
    this.#rows.set(id, row);
    row.update(stand, { chosen: this.#hands.isChosen(id), moved: this.#hands.isMoved(id), next });
    return row.element;
  }

  /** Shows a score on its card alone. @param {Match} match */
  score(match) {
    this.#cards.get(match.id)?.score(match);
  }

  /** @param {Map<string, DeskLine>} lines */
  know(lines) {
    this.#lines = lines;
    for (const [id, card] of this.#cards) card.know(lines.get(id));
  }
}
