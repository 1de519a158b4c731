/** The top of the dashboard: whose scores these are, how to follow them, the way in for the organiser. */
import { h, qrCode, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { Part } from '../core/part.js';
import { brand } from './brand.js';
import './language-switch.js';
import { openShare } from './share.js';

/** @typedef {{name: string, open: boolean, loggedIn: boolean}} Header */

/** @extends {Part<Header>} */
export class VenueHeader extends Part {
  #name = h('h1');
  #tagline = h('p', { class: 'hero-tagline' });
  #shareWords = h('span');
  #share = h('button', { type: 'button', class: 'button on-court' }, icon('share'), this.#shareWords);
  #enterSign = h('span', { class: 'sign' });
  #enterWords = h('span');
  #enter = h('button', { type: 'button', class: 'button on-court quiet' }, this.#enterSign, this.#enterWords);
  #poster = h('figure', { class: 'hero-poster' });
  #banner = h('p', { class: 'banner' });

  connectedCallback() {
    this.#share.onclick = () => openShare('/', t('share.title'));
    this.#enter.onclick = () => this.dispatchEvent(new Event(this.data?.loggedIn ? 'log-out' : 'log-in'));
    this.replaceChildren(
      h(
        'header',
        { class: 'hero' },
        h('div', { class: 'hero-bar' }, brand(), document.createElement('language-switch')),
        h(
          'div',
          { class: 'hero-main' },
          h('div', {}, this.#name, this.#tagline, h('div', { class: 'hero-actions' }, this.#share, this.#enter)),
          this.#poster,
        ),
        this.#banner,
      ),
    );
    this.#banner.hidden = true;
    super.connectedCallback();
  }

  build() {
    setText(this.#tagline, t('app.tagline'));
    setText(this.#shareWords, t('share.open'));
    this.#poster.replaceChildren(qrCode('/', t('share.qr')), h('figcaption', {}, t('share.open')));
    this.#banner.replaceChildren(icon('broken'), t('organiser.openBanner'));
  }

  /** @param {Header} header */
  update({ name, open, loggedIn }) {
    setText(this.#name, name);
    this.#banner.hidden = !open;
    this.#enter.hidden = open;
    setText(this.#enterWords, t(loggedIn ? 'organiser.logOut' : 'organiser.logIn'));
    this.#enterSign.replaceChildren(icon(loggedIn ? 'exit' : 'lock'));
  }
}

customElements.define('venue-header', VenueHeader);
