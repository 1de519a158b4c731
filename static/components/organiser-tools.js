/** What an organiser can do beyond watching. */
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { Part } from '../core/part.js';

/** @typedef {'match'|'tournament'|'tournaments'|'venue'} Tool */

/** @extends {Part<{organiser: boolean, clockOff: boolean}>} */
export class OrganiserTools extends Part {
  #clock = h('button', { type: 'button' });

  build() {
    this.#clock = this.#button('venue', t('organiser.clockOff'), '', 'broken');
    this.replaceChildren(
      h(
        'section',
        { class: 'tools', 'aria-label': t('organiser.tools') },
        this.#clock,
        this.#button('match', t('matchForm.new'), 'primary', 'plus'),
        this.#button('tournament', t('tournament.new'), '', 'plus'),
        h('a', { class: 'button', href: '/desk' }, t('control.title')),
        this.#button('tournaments', t('tournaments.title')),
        h('a', { class: 'button', href: '/courts' }, t('courts.title')),
        h('a', { class: 'button', href: '/screens' }, t('screens.title')),
        this.#button('venue', t('venue.title')),
      ),
    );
  }

  /** @param {{organiser: boolean, clockOff: boolean}} data */
  update({ organiser, clockOff }) {
    this.hidden = !organiser;
    this.#clock.hidden = !clockOff;
  }

  /** @param {Tool} tool @param {string} words @param {string} [look] @param {string} [sign] */
  #button(tool, words, look = '', sign = '') {
    const onclick = () => this.dispatchEvent(new CustomEvent('tool', { detail: tool }));
    return h('button', { type: 'button', class: `button ${look}`, onclick }, sign && icon(sign), words);
  }
}

customElements.define('organiser-tools', OrganiserTools);
