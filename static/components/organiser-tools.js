/** What an organiser can do beyond watching. */
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { Part } from '../core/part.js';

/** @typedef {'match'|'tournament'|'tournaments'|'courts'|'desk'|'screens'|'venue'} Tool */

/** @extends {Part<{organiser: boolean}>} */
export class OrganiserTools extends Part {
  build() {
    this.replaceChildren(
      h(
        'section',
        { class: 'tools', 'aria-label': t('organiser.tools') },
        this.#button('match', t('matchForm.new'), 'primary', 'plus'),
        this.#button('tournament', t('tournament.new'), '', 'plus'),
        this.#button('desk', t('desk.title')),
        this.#button('tournaments', t('tournaments.title')),
        this.#button('courts', t('courts.title')),
        this.#button('screens', t('screens.title')),
        this.#button('venue', t('venue.title')),
      ),
    );
  }

  /** @param {{organiser: boolean}} data */
  update({ organiser }) {
    this.hidden = !organiser;
  }

  /** @param {Tool} tool @param {string} words @param {string} [look] @param {string} [sign] */
  #button(tool, words, look = '', sign = '') {
    const onclick = () => this.dispatchEvent(new CustomEvent('tool', { detail: tool }));
    return h('button', { type: 'button', class: `button ${look}`, onclick }, sign && icon(sign), words);
  }
}

customElements.define('organiser-tools', OrganiserTools);
