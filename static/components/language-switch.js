import { h } from '../core/dom.js';
import { currentLanguage, knownLanguages, switchLanguage, t } from '../core/i18n.js';
import { Part } from '../core/part.js';

/** @extends {Part<never>} */
class LanguageSwitch extends Part {
  #select = h('select', { class: 'language', onchange: () => switchLanguage(this.#select.value) });

  connectedCallback() {
    for (const { tag, name } of knownLanguages()) {
      this.#select.append(h('option', { value: tag, lang: tag }, name));
    }
    this.replaceChildren(this.#select);
    super.connectedCallback();
  }

  build() {
    this.#select.setAttribute('aria-label', t('app.language'));
    this.#select.value = currentLanguage();
  }
}

customElements.define('language-switch', LanguageSwitch);
