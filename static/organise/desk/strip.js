/** The strip of courts on a phone, which shows one court at a time. */
import { h, setText } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { isolated } from '../../core/isolate.js';
import { arrange, setAttribute } from './arrange.js';
import { isPlaying, lateness } from './model.js';

/** The tray stands in the strip like a court. */
export const TRAY = 'tray';

export class Strip {
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();
  #onChoose;
  chosen = '';
  element = h('nav', { class: 'desk-strip' });

  /** @param {() => void} onChoose */
  constructor(onChoose) {
    this.#onChoose = onChoose;
  }

  /** @param {string} courtID */
  choose(courtID) {
    this.chosen = courtID;
    this.#onChoose();
  }

  /**
   * @param {import('./model.js').Day} day
   * @param {(courtID: string) => number} placesOn how many places of a court are offered
   */
  update({ courts, tray }, placesOn) {
    const ids = [...courts.map(({ courtID }) => courtID), ...(tray.length > 0 ? [TRAY] : [])];
    if (!ids.includes(this.chosen)) {
      const busy = courts.find(({ now }) => now.length > 0) ?? courts.find(({ queue }) => queue.length > 0);
      this.chosen = busy?.courtID ?? (tray.length > 0 ? TRAY : (ids[0] ?? ''));
    }
    this.#buttons = new Map(ids.map((id) => [id, this.#buttons.get(id) ?? this.#made(id)]));
    const show = (/** @type {string} */ id, /** @type {string} */ words, /** @type {string|null} */ late, /** @type {boolean} */ lives) => {
      const button = /** @type {HTMLButtonElement} */ (this.#buttons.get(id));
      const places = placesOn(id);
      setText(button, places > 0 ? t('desk.stripPlaces', { court: words, n: places }) : words);
      setAttribute(button, 'data-late', late);
      button.toggleAttribute('data-live', lives);
      button.toggleAttribute('data-open', places > 0);
      setAttribute(button, 'aria-pressed', String(id === this.chosen));
    };
    for (const { courtID, name, lateMinutes, now } of courts)
      show(courtID, isolated(name), lateness(lateMinutes), now.some(({ match }) => isPlaying(match)));
    if (tray.length > 0) show(TRAY, t('desk.trayShort', { n: tray.length }), null, false);
    setAttribute(this.element, 'aria-label', t('courts.title'));
    this.element.hidden = ids.length < 2;
    arrange(this.element, [...this.#buttons.values()]);
  }

  /** @param {string} id */
  #made(id) {
    return h('button', { type: 'button', class: 'desk-strip-court', onclick: () => this.choose(id) });
  }
}
