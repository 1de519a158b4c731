/**
 * The time of a match on a board. It runs while this page hears of the match; without a connection it stands, because
 * nobody here knows whether it was stopped.
 *
 * @typedef {import('../core/types.js').Match} Match
 */
import { localTime } from '../core/api.js';
import { clockText, onTick } from '../core/clock.js';
import { h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { Part } from '../core/part.js';

/** @extends {Part<{match: Match, link: import('../core/socket.js').Link}>} */
export class MatchClock extends Part {
  #label = h('span', { class: 'visually-hidden' });
  #time = h('span', { class: 'clock-time' });
  #stop = () => {};

  connectedCallback() {
    this.replaceChildren(this.#label, this.#time);
    super.connectedCallback();
  }

  disconnectedCallback() {
    this.#stop();
    super.disconnectedCallback();
  }

  /** @param {{match: Match, link: import('../core/socket.js').Link}} data */
  update({ match, link }) {
    const { clock, status } = match.state;
    this.hidden = !clock || status === 'scheduled' || status === 'finished';
    this.#stop();
    if (this.hidden || !clock) return;
    setText(this.#label, `${t('clock.label')} `);
    const runs = clock.running && link.phase === 'live' && match.clockAt !== undefined;
    this.toggleAttribute('data-runs', runs);
    const since = match.clockAt ? localTime(match.clockAt) : null;
    const show = () => setText(this.#time, clockText(match, since));
    if (link.phase === 'live' || this.#time.textContent === '') show();
    if (runs) this.#stop = onTick(show);
  }
}

customElements.define('match-clock', MatchClock);
