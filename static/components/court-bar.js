/** What a court's referee is told between two matches: that none is on, or which one is next. */
import { h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { Part } from '../core/part.js';

/** @extends {Part<{court: string, next: string}>} */
export class CourtBar extends Part {
  #words = h('p', { class: 'court-words' });
  #go = h('button', { type: 'button', class: 'button primary' });

  connectedCallback() {
    this.setAttribute('role', 'status');
    this.#go.onclick = () => this.dispatchEvent(new CustomEvent('next'));
    this.replaceChildren(this.#words, this.#go);
    super.connectedCallback();
  }

  /** @param {{court: string, next: string}} data `next`: who plays next, or nothing */
  update({ court, next }) {
    setText(this.#words, next ? t('court.next', { court, next }) : t('court.none', { court }));
    setText(this.#go, t('court.go'));
    this.#go.hidden = next === '';
  }
}

customElements.define('court-bar', CourtBar);
