/** One line of text that shrinks until it fits its place; at its smallest it may take several lines, then it is cut. */
import { h, setText } from '../core/dom.js';

/** Below this share of the size that was meant, nobody in the back row reads it. */
const SMALLEST = 0.5;

export class FitText extends HTMLElement {
  #text = h('span', { class: 'fit' });
  #observer = new ResizeObserver(() => this.#fit());

  connectedCallback() {
    this.replaceChildren(this.#text);
    this.#observer.observe(this);
  }

  disconnectedCallback() {
    this.#observer.disconnect();
  }

  /** @param {string} text */
  set words(text) {
    if (!setText(this.#text, text)) return;
    this.title = text;
    this.#fit();
  }

  #fit() {
    this.classList.remove('several-lines');
    this.style.setProperty('--fit', '1');
    const share = this.clientWidth / Math.max(this.#text.scrollWidth, 1);
    if (share >= 1 || this.clientWidth === 0) return;
    // A hair's breadth less, because glyphs do not scale by fractions.
    this.style.setProperty('--fit', String(Math.max(share * 0.98, SMALLEST)));
    this.classList.toggle('several-lines', share * 0.98 < SMALLEST);
  }
}

customElements.define('fit-text', FitText);
