/** Stays at the top: the state of the connection, and the way to each section with its count. */
import { h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { SECTIONS } from '../core/listing.js';
import { Part } from '../core/part.js';
import { LinkStatus } from './link-status.js';

/** @typedef {{listing: import('../core/listing.js').Listing, link: import('../core/socket.js').Link}} Bar */

function jump(/** @type {string} */ section) {
  const words = h('span', { class: 'jump-words' });
  const count = h('span', { class: 'count' });
  return { words, count, element: h('a', { class: 'jump', href: `#${section}` }, section === 'followed' && icon('followed'), words, ' ', count) };
}

/** @extends {Part<Bar>} */
export class SectionBar extends Part {
  #status = new LinkStatus();
  #jumps = { followed: jump('followed'), live: jump('live'), next: jump('next'), finished: jump('finished') };
  #nav = h('nav', { class: 'jumps' }, ...SECTIONS.map((name) => this.#jumps[name].element));

  connectedCallback() {
    this.#status.addEventListener('retry', () => this.dispatchEvent(new Event('retry')));
    this.replaceChildren(h('div', { class: 'bar-inner' }, this.#status, this.#nav));
    super.connectedCallback();
  }

  build() {
    this.#nav.setAttribute('aria-label', t('app.home'));
    for (const name of SECTIONS) setText(this.#jumps[name].words, t(`section.${name}`));
  }

  /** @param {Bar} bar */
  update({ listing, link }) {
    this.dataset['phase'] = link.phase;
    this.#status.data = link;
    for (const name of SECTIONS) {
      const count = listing[name].length;
      setText(this.#jumps[name].count, String(count));
      this.#jumps[name].element.hidden = count === 0;
    }
  }
}

customElements.define('section-bar', SectionBar);
