/**
 * A match in a list: one that waits on a court or in the tray, or that is over.
 *
 * @typedef {import('./model.js').Stand} Stand
 * @typedef {import('./board.js').Hands} Hands
 */
import { h, setText } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { icon } from '../../core/icons.js';
import { SIDES, scoreLine, statusOf, versus } from '../../core/match.js';
import { sideName } from '../../core/sides.js';
import { setAttribute, setOrHide } from './arrange.js';
import { isWaiting, lateness } from './model.js';

export class MatchRow {
  #hands;
  #check = h('input', { type: 'checkbox', class: 'desk-check' });
  #time = h('strong', { class: 'desk-time' });
  #expected = h('span', { class: 'desk-expected' });
  #lock = h('span', { class: 'desk-locked' }, icon('lock'));
  #move = h('button', { type: 'button', class: 'desk-icon desk-move' }, icon('move'));
  #more = h('button', { type: 'button', class: 'desk-icon desk-open' }, icon('more'));
  #names = SIDES.map(() => h('span', { class: 'desk-side' }));
  #facts = h('p', { class: 'desk-small' });
  #call = h('button', { type: 'button', class: 'button small desk-call' });
  element;

  /** @param {string} id @param {Hands} hands */
  constructor(id, hands) {
    this.#hands = hands;
    this.#check.onclick = (event) => hands.choose(id, this.#check.checked, event.shiftKey);
    this.#move.onclick = () => hands.move(id);
    this.#more.onclick = () => hands.open(id);
    this.#call.onclick = () => hands.call(id);
    this.element = h(
      'li',
      { class: 'desk-row', 'data-match': id },
      h('div', { class: 'desk-row-head' }, this.#check, h('span', { class: 'desk-times' }, this.#time, this.#expected), this.#lock, this.#move, this.#more),
      h('p', { class: 'desk-sides' }, ...this.#names),
      this.#facts,
      this.#call,
    );
    this.element.onkeydown = (event) => {
      if (event.key !== 'm' || event.ctrlKey || event.metaKey || event.altKey || this.#move.hidden) return;
      event.preventDefault();
      hands.move(id);
    };
  }

  /** @param {Stand} stand @param {{chosen: boolean, moved: boolean, next: boolean}} how it is in hand; `next` is the one that its court calls */
  update({ match, place, at, expectedAt, delay }, { chosen, moved, next }) {
    const { timeOf } = this.#hands;
    const waits = isWaiting(match);
    const names = versus(match);
    setAttribute(this.element, 'data-key', match.key ?? '');
    setAttribute(this.element, 'data-status', match.state.status);
    setAttribute(this.element, 'data-call', match.call);
    this.element.toggleAttribute('data-chosen', chosen || moved);
    this.#check.hidden = !waits;
    this.#check.checked = chosen;
    this.#move.hidden = !waits || place?.locked === true;
    this.#lock.hidden = !waits || place?.locked !== true;
    this.#call.hidden = !next;
    setAttribute(this.#lock, 'title', t('control.locked'));
    setAttribute(this.#check, 'aria-label', t('desk.choose', { match: names }));
    for (const [button, words] of /** @type {const} */ ([
      [this.#move, t('desk.move', { match: names })],
      [this.#more, t('desk.manage', { match: names })],
    ])) {
      setAttribute(button, 'aria-label', words);
      setAttribute(button, 'title', words);
    }
    setAttribute(this.#move, 'aria-keyshortcuts', 'm');
    setText(this.#call, t('desk.call'));
    setAttribute(this.#call, 'aria-label', t('desk.callOf', { match: names }));
    setText(this.#time, at ? timeOf(at) : expectedAt ? t('desk.about', { time: timeOf(expectedAt) }) : '');
    setOrHide(this.#expected, waits && at && expectedAt ? timeOf(expectedAt) : '');
    setAttribute(this.#expected, 'data-late', lateness(delay));
    setAttribute(this.#expected, 'title', t('desk.expected'));
    SIDES.forEach((side, nth) => setText(/** @type {Element} */ (this.#names[nth]), sideName(match.sides[side])));
    const says = waits ? this.#waitingFacts(match, place) : [match.key, scoreLine(match), statusOf(match, this.#hands.link()).words];
    setOrHide(this.#facts, says.filter(Boolean).join(' · '));
  }

  /** @param {Stand['match']} match @param {Stand['place']} place */
  #waitingFacts(match, place) {
    const referee = place?.referee ?? match.referee;
    return [
      match.key,
      match.number && t('desk.number', { n: match.number }),
      match.call !== 'planned' && t(`call.${match.call}`),
      referee && t('desk.referee', { name: referee.name }),
      place && !place.published && t('desk.draft'),
    ];
  }
}
