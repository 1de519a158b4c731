/**
 * A court: what is on it, its queue with the places where a match may go, and its results.
 *
 * @typedef {import('./model.js').Court} Court
 * @typedef {import('./model.js').Stand} Stand
 *
 * @typedef {object} Elements those of matches, kept while they are shown
 * @property {(stand: Stand) => HTMLElement} cardOf
 * @property {(stand: Stand, next?: boolean) => HTMLElement} rowOf
 *
 * @typedef {{at: string, element: HTMLElement}} PlaceRow a place where a match may go, among the matches
 */
import { elementId, h, setText } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { isolated } from '../../core/isolate.js';
import { arrange, setAttribute, setOrHide } from './arrange.js';
import { lateness } from './model.js';

export class Column {
  #elements;
  #name = h('h2', { id: elementId() });
  #late = h('span', { class: 'desk-late' });
  #now = h('div', { class: 'desk-now' });
  #free = h('p', { class: 'desk-free' });
  #queue = h('ol', { class: 'desk-list desk-queue' });
  #overWords = h('summary');
  #overList = h('ol', { class: 'desk-list' });
  #over = h('details', { class: 'desk-over' }, this.#overWords, this.#overList);
  /** @type {Stand[]} */
  #stands = [];
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();
  /** @type {PlaceRow[]} */
  #places = [];
  element;

  /** @param {string} courtID @param {Elements} elements */
  constructor(courtID, elements) {
    this.#elements = elements;
    this.element = h(
      'section',
      { class: 'desk-court', 'data-court': courtID, 'aria-labelledby': this.#name.id },
      h('header', { class: 'desk-court-head' }, this.#name, this.#late),
      this.#now,
      this.#queue,
      this.#over,
    );
  }

  /** @param {Court} court @param {string|undefined} nextID the match that it calls next */
  update({ name, lateMinutes, now, queue, over }, nextID) {
    const { cardOf, rowOf } = this.#elements;
    setText(this.#name, isolated(name));
    const look = lateness(lateMinutes);
    setAttribute(this.element, 'data-late', look);
    setOrHide(this.#late, look ? t('desk.late', { n: lateMinutes ?? 0 }) : '');
    setText(this.#free, t(queue.length > 0 ? 'desk.free' : 'control.free'));
    arrange(this.#now, now.length > 0 ? now.map((stand) => cardOf(stand)) : [this.#free]);
    this.#stands = queue;
    this.#rows = new Map(queue.map((stand) => [stand.match.id, rowOf(stand, stand.match.id === nextID)]));
    this.#arrange();
    this.#over.hidden = over.length === 0;
    setText(this.#overWords, t('desk.results', { n: over.length }));
    arrange(this.#overList, over.map((stand) => rowOf(stand)));
  }

  /** Puts places among the matches, or takes them away. @param {PlaceRow[]} places */
  offer(places) {
    this.#places = [...places].sort((a, b) => (a.at < b.at ? -1 : 1));
    this.element.toggleAttribute('data-open', places.length > 0);
    this.#arrange();
  }

  get places() {
    return this.#places;
  }

  #arrange() {
    const places = [...this.#places];
    const elements = this.#stands.flatMap((stand) => {
      const before = [];
      while (places[0] && stand.at && Date.parse(places[0].at) < Date.parse(stand.at)) before.push(/** @type {PlaceRow} */ (places.shift()).element);
      return [...before, this.#rows.get(stand.match.id) ?? []].flat();
    });
    arrange(this.#queue, [...elements, ...places.map(({ element }) => element)]);
  }

  /**
   * The moment that a height on the screen means: after the match above it.
   *
   * @param {number} y
   * @param {number} changeover
   * @returns {string|null}
   */
  momentAt(y, changeover) {
    const middle = (/** @type {Stand} */ { match }) => {
      const { top = 0, height = 0 } = this.#rows.get(match.id)?.getBoundingClientRect() ?? {};
      return top + height / 2;
    };
    const above = this.#stands.filter((stand) => stand.place && middle(stand) < y).pop();
    const next = this.#stands.find(({ place }) => place);
    if (!above?.place) return next?.at ?? null;
    return new Date(Date.parse(above.place.at) + (above.place.minutes + changeover) * 60_000).toISOString();
  }
}
