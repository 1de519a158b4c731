/**
 * The one next thing to press: who is to be called to which court.
 *
 * @typedef {import('../../core/types.js').Match} Match
 * @typedef {import('./requests.js').NextCall} NextCall
 * @typedef {import('./requests.js').Plan} Plan
 * @typedef {import('./board.js').Hands} Hands
 */
import { h, setText } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { isolated } from '../../core/isolate.js';
import { versus } from '../../core/match.js';
import { setAttribute, setOrHide } from './arrange.js';

/** A second tap of the same finger must not call the match that has just come up. */
const GUARD_MS = 400;
/** The calls after the next one that are told. */
const THEN = 3;

export class NextCallBox {
  #hands;
  #button = h('button', { type: 'button', class: 'button desk-next-call' });
  #none = h('p', { class: 'desk-next-none' });
  #then = h('p', { class: 'desk-small' });
  /** @type {NextCall|undefined} */
  #next;
  #guard = 0;
  element = h('section', { class: 'desk-next' }, this.#button, this.#none, this.#then);

  /** @param {Hands} hands */
  constructor(hands) {
    this.#hands = hands;
    this.#button.onclick = () => this.#press();
  }

  async #press() {
    if (!this.#next || this.#button.hasAttribute('data-guarded')) return;
    setAttribute(this.#button, 'data-guarded', '');
    await this.#hands.call(this.#next.matchID);
    this.#guardFor(GUARD_MS);
  }

  /** @param {number} ms */
  #guardFor(ms) {
    setAttribute(this.#button, 'data-guarded', '');
    clearTimeout(this.#guard);
    this.#guard = setTimeout(() => setAttribute(this.#button, 'data-guarded', null), ms);
  }

  /** @param {Plan} plan @param {Map<string, Match>} matches */
  update({ calls, courts, settings }, matches) {
    const known = (calls ?? []).filter(({ matchID }) => matches.has(matchID));
    this.element.hidden = calls === undefined || settings.timeZone === null;
    setAttribute(this.element, 'aria-label', t('nextCall.title'));
    const [next, ...others] = known;
    const { now, timeOf } = this.#hands;
    const valuesOf = (/** @type {NextCall} */ { matchID, courtID, at }) => ({
      match: versus(/** @type {Match} */ (matches.get(matchID))),
      court: isolated(courts.find((court) => court.courtID === courtID)?.name ?? ''),
      time: timeOf(at),
    });
    if (next && next.matchID !== this.#next?.matchID) this.#guardFor(GUARD_MS);
    this.#next = next;
    const isDue = next !== undefined && Date.parse(next.at) <= now();
    this.#button.hidden = !next;
    this.#button.classList.toggle('primary', isDue);
    if (next) setText(this.#button, isDue ? t('nextCall.now', valuesOf(next)) : t('nextCall.later', valuesOf(next)));
    setOrHide(this.#none, next ? '' : t('nextCall.none'));
    const then = others.slice(0, THEN).map((call) => t('nextCall.short', valuesOf(call)));
    setOrHide(this.#then, then.length > 0 ? t('nextCall.then', { calls: then.join(' · ') }) : '');
  }
}
