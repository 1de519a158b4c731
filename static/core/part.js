/** What all components share: built anew when the language changes, updated in place when their data does. */
import { onLanguage } from './i18n.js';

/** @template T */
export class Part extends HTMLElement {
  /** @type {T|undefined} */
  #data;
  #endLanguage = () => {};

  get data() {
    return this.#data;
  }

  set data(data) {
    this.#data = data;
    this.#update();
  }

  connectedCallback() {
    this.#endLanguage = onLanguage(() => {
      this.build();
      this.#update();
    });
  }

  disconnectedCallback() {
    this.#endLanguage();
  }

  #update() {
    if (this.isConnected && this.#data !== undefined) this.update(this.#data);
  }

  /** Makes the elements and their fixed words. */
  build() {}

  /**
   * Shows the data in the elements that `build` made.
   * @param {T} _data
   */
  update(_data) {}
}
