/** What an organiser can do beyond watching. */
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { Part } from '../core/part.js';

/** @extends {Part<{organiser: boolean}>} */
export class OrganiserTools extends Part {
  build() {
    this.replaceChildren(
      h(
        'section',
        { class: 'tools', 'aria-label': t('organiser.tools') },
        this.#button('new-match', t('matchForm.new'), 'primary'),
        this.#button('new-tournament', t('tournament.new'), ''),
        h('button', { type: 'button', class: 'button', onclick: () => this.#tell('courts') }, t('courts.title')),
        h('button', { type: 'button', class: 'button', onclick: () => this.#tell('desk') }, t('desk.title')),
      ),
    );
  }

  /** @param {{organiser: boolean}} data */
  update({ organiser }) {
    this.hidden = !organiser;
  }

  /** @param {string} name @param {string} words @param {string} look */
  #button(name, words, look) {
    const onclick = () => this.#tell(name);
    return h('button', { type: 'button', class: `button ${look}`, onclick }, icon('plus'), words);
  }

  /** @param {string} name */
  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

customElements.define('organiser-tools', OrganiserTools);
