/** The state of the connection and, where it is not live, the age of what is shown. */
import { h, setText } from '../core/dom.js';
import { ago, t, timeOfDay } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { Part } from '../core/part.js';
import { CLOSED, triesAgain } from '../core/socket.js';

/** @typedef {import('../core/socket.js').Link} Link */

const ICONS = { connecting: 'wait', live: 'live', waiting: 'broken', idle: 'pause', aside: 'pause', stopped: 'broken' };

/** @param {Link} link */
function words({ phase, code }) {
  if (code === CLOSED.REVOKED) return t('link.revoked');
  if (code === CLOSED.DELETED) return t('link.deleted');
  return t(`link.${phase}`);
}

/** @param {Link} link */
function age({ phase, freshAt }) {
  if (phase === 'live' || phase === 'connecting') return '';
  return freshAt ? t('link.asOf', { time: timeOfDay(freshAt, true), ago: ago(freshAt) }) : t('link.never');
}

/** @extends {Part<Link>} */
export class LinkStatus extends Part {
  #sign = h('span', { class: 'link-sign' });
  #words = h('span', { role: 'status' });
  #age = h('span', { class: 'link-age' });
  #retry = h('button', { type: 'button', class: 'link-retry', onclick: () => this.dispatchEvent(new Event('retry')) });
  #clock = 0;

  connectedCallback() {
    this.replaceChildren(this.#sign, h('span', { class: 'link-words' }, this.#words, ' ', this.#age), this.#retry);
    super.connectedCallback();
    this.#clock = setInterval(() => this.data && setText(this.#age, age(this.data)), 1_000);
  }

  disconnectedCallback() {
    clearInterval(this.#clock);
    super.disconnectedCallback();
  }

  build() {
    this.#retry.textContent = t('link.retry');
  }

  /** @param {Link} link */
  update(link) {
    if (this.dataset['phase'] !== link.phase) this.#sign.replaceChildren(icon(ICONS[link.phase]));
    this.dataset['phase'] = link.phase;
    setText(this.#words, words(link));
    setText(this.#age, age(link));
    this.#retry.hidden = !triesAgain(link);
  }
}

customElements.define('link-status', LinkStatus);
