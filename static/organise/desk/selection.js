/** Matches that are chosen with their boxes, with shift or by a long tap, to be moved or locked together. */
import { h, setText } from '../../core/dom.js';
import { t } from '../../core/i18n.js';

const LONG_TAP_MS = 500;
/** A finger that moves this far scrolls. */
const SLIP_PX = 10;

export class Selection {
  /** @type {Set<string>} */
  #ids = new Set();
  /** @type {string|null} */
  #last = null;
  #words = h('strong', { role: 'status' });
  #buttons;
  #onChange;
  element = h('div', { class: 'desk-hand', hidden: true });

  /**
   * @param {object} options
   * @param {() => void} options.onChange
   * @param {(ids: string[]) => unknown} options.move
   * @param {(ids: string[], locked: boolean) => unknown} options.lock
   */
  constructor({ onChange, move, lock }) {
    this.#onChange = onChange;
    const button = (/** @type {() => unknown} */ onclick) => h('button', { type: 'button', class: 'button small', onclick });
    this.#buttons = {
      move: button(() => move([...this.#ids])),
      lock: button(() => lock([...this.#ids], true)),
      unlock: button(() => lock([...this.#ids], false)),
      clear: button(() => this.clear()),
    };
    this.#buttons.move.classList.add('primary');
    this.element.append(this.#words, ...Object.values(this.#buttons));
  }

  /** @param {string} id */
  has = (id) => this.#ids.has(id);

  get ids() {
    return [...this.#ids];
  }

  clear() {
    this.#ids.clear();
    this.#changed();
  }

  /** Chooses a match, or leaves it; with `range` all from the last one of the same list. @param {string} id @param {boolean} chosen @param {boolean} range */
  choose(id, chosen, range) {
    for (const each of range ? this.#rangeTo(id) : [id]) this.#ids[chosen ? 'add' : 'delete'](each);
    this.#last = id;
    this.#changed();
  }

  /** @param {string} id */
  #rangeTo(id) {
    const row = (/** @type {string|null} */ of) => document.querySelector(`.desk-row[data-match="${CSS.escape(of ?? '')}"]`);
    const [from, to] = [row(this.#last), row(id)];
    if (!from || !to || from.parentElement !== to.parentElement) return [id];
    const all = [...(to.parentElement?.querySelectorAll('.desk-row') ?? [])];
    const [a = 0, b = 0] = [all.indexOf(from), all.indexOf(to)].sort((one, other) => one - other);
    return all.slice(a, b + 1).map((each) => /** @type {HTMLElement} */ (each).dataset['match'] ?? '');
  }

  /** Forgets what can no longer be moved. @param {(id: string) => boolean} waits */
  keep(waits) {
    for (const id of this.#ids) if (!waits(id)) this.#ids.delete(id);
    this.#show();
  }

  #changed() {
    this.#show();
    this.#onChange();
  }

  #show() {
    const n = this.#ids.size;
    this.element.hidden = n === 0;
    setText(this.#words, n > 0 ? t('desk.chosen', { n }) : '');
    setText(this.#buttons.move, t('control.move'));
    setText(this.#buttons.lock, t('control.lock'));
    setText(this.#buttons.unlock, t('control.unlock'));
    setText(this.#buttons.clear, t('desk.clear'));
  }

  /** Listens to long taps and to clicks with shift on the matches of a board. @param {HTMLElement} board */
  listen(board) {
    const rowAt = (/** @type {Event} */ event) => {
      const target = /** @type {Element} */ (event.target);
      const row = target.closest('.desk-row[data-status="scheduled"]');
      return row && !target.closest('button, input, a') ? /** @type {HTMLElement} */ (row).dataset['match'] : undefined;
    };
    board.addEventListener('click', (event) => {
      const id = rowAt(event);
      if (id && (event.shiftKey || event.ctrlKey || event.metaKey)) this.choose(id, !this.has(id) || event.shiftKey, event.shiftKey);
    });
    // Shift with a click would mark the text in between.
    board.addEventListener('mousedown', (event) => event.shiftKey && rowAt(event) && event.preventDefault());
    board.addEventListener('pointerdown', (event) => {
      const id = event.pointerType === 'mouse' ? undefined : rowAt(event);
      if (!id) return;
      const ended = new AbortController();
      const timer = setTimeout(() => {
        ended.abort();
        this.choose(id, !this.has(id), false);
      }, LONG_TAP_MS);
      ended.signal.addEventListener('abort', () => clearTimeout(timer));
      const end = () => ended.abort();
      const moved = (/** @type {PointerEvent} */ { clientX, clientY }) =>
        Math.hypot(clientX - event.clientX, clientY - event.clientY) > SLIP_PX && end();
      addEventListener('pointermove', moved, { signal: ended.signal });
      for (const name of ['pointerup', 'pointercancel']) addEventListener(name, end, { signal: ended.signal });
    });
    board.addEventListener('contextmenu', (event) => /** @type {PointerEvent} */ (event).pointerType === 'touch' && rowAt(event) && event.preventDefault());
  }
}
