/**
 * Other teams in a match that a referee is about to score: a notice for some seconds, or the question for whom the taps were
 * that this phone still holds.
 *
 * @typedef {import('../core/referee.js').View} View
 * @typedef {import('../core/sides.js').Sides} Sides
 */
import { h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { areSidesKnown, sideName } from '../core/sides.js';

/** @param {Sides} sides */
const pair = ({ A, B }) => t('pad.pair', { a: sideName(A), b: sideName(B) });

export class OtherSides {
  #title = h('h2');
  #text = h('p', { role: 'alert' });
  #discard = h('button', { type: 'button', class: 'button' });
  #send = h('button', { type: 'button', class: 'button' });
  #question = h('section', { class: 'pad-standby', hidden: true }, this.#title, this.#text, this.#discard, this.#send);
  #notice = h('p', { class: 'pad-refused pad-changed', role: 'status', hidden: true });
  elements = [this.#question, this.#notice];
  /** As they are named in the question. @type {Sides|null} */
  #now = null;

  /** @param {() => void} discard @param {(sides: Sides) => void} send the taps were for these */
  constructor(discard, send) {
    this.#discard.onclick = discard;
    this.#send.onclick = () => this.#now && send(this.#now);
  }

  /** @param {View} view @param {boolean} stopped */
  update({ forOthers, changed }, stopped) {
    this.#question.hidden = !forOthers || stopped;
    this.#notice.hidden = !changed || forOthers !== null || stopped;
    // What is announced comes with its change, and is gone with it.
    setText(this.#notice, changed ? t('pad.sidesChanged', { before: pair(changed.before), now: pair(changed.now) }) : '');
    this.#now = forOthers?.now ?? null;
    if (!forOthers) return setText(this.#text, '');
    const { n } = forOthers;
    const [before, now] = [pair(forOthers.before), pair(forOthers.now)];
    setText(this.#title, t('pad.othersTitle'));
    setText(this.#text, t('pad.othersText', { n, before, now }));
    setText(this.#discard, t('pad.othersDiscard', { n }));
    setText(this.#send, t('pad.othersSend', { n, now }));
    // Nobody scores for a side that is still being played for.
    this.#send.hidden = !areSidesKnown({ sides: forOthers.now });
  }
}
