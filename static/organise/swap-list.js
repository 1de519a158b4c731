/**
 * Places that can be swapped: a tap chooses one, a tap on another swaps the two. Works with a finger, a mouse and keys
 * alike, which dragging does not.
 *
 * @typedef {{words: string, note?: string, fixed?: boolean}} Place
 * @typedef {{title: string, places: Place[]}} PlaceGroup
 */
import './ready.js';
import { h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';

export class SwapList {
  #hint = h('p', { class: 'field-hint', role: 'status' });
  #groups = h('div', { class: 'swap-groups' });
  element = h('div', { class: 'swap-list' }, this.#hint, this.#groups);
  #swap;
  /** @type {HTMLButtonElement[]} */
  #buttons = [];
  /** The place that was chosen first. */
  #chosen = -1;

  /** @param {(first: number, second: number) => unknown} swap places counted over all groups */
  constructor(swap) {
    this.#swap = swap;
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.#chosen >= 0) {
        event.stopPropagation();
        this.#choose(-1);
      }
    });
  }

  /** @param {PlaceGroup[]} groups */
  show(groups) {
    const focused = this.#buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    this.#buttons = [];
    const drawn = groups.map(({ title, places }) =>
      h(
        'section',
        { class: 'swap-group', 'aria-label': title || null },
        title && h('p', { class: 'swap-title', 'aria-hidden': 'true' }, title),
        h('ol', {}, ...places.map((place) => this.#place(place))),
      ),
    );
    this.#groups.replaceChildren(...drawn);
    this.#choose(-1);
    if (focused >= 0) this.#buttons[focused]?.focus();
  }

  /** @param {Place} place */
  #place({ words, note = '', fixed = false }) {
    const at = this.#buttons.length;
    const button = h(
      'button',
      { type: 'button', class: 'swap-place', disabled: fixed, 'aria-pressed': 'false' },
      h('span', { class: 'swap-words' }, h('span', {}, isolated(words)), note && h('small', {}, isolated(note))),
      icon('swap'),
    );
    button.onclick = () => this.#tap(at);
    this.#buttons.push(button);
    return h('li', {}, button);
  }

  /** @param {number} at */
  #tap(at) {
    const first = this.#chosen;
    this.#choose(first < 0 ? at : -1);
    if (first >= 0 && first !== at) this.#swap(first, at);
  }

  /** @param {number} at */
  #choose(at) {
    this.#chosen = at;
    this.#buttons.forEach((button, index) => button.setAttribute('aria-pressed', String(index === at)));
    setText(
      this.#hint,
      at < 0
        ? t('swap.hint')
        : t('swap.chosen', { name: this.#buttons[at]?.firstChild?.firstChild?.textContent ?? '' }),
    );
  }
}
