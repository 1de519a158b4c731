/** For a referee who cannot scan: the short code that is printed below the picture. */
import { api, ApiError } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { placePath } from '../core/match.js';
import { Part } from '../core/part.js';
import './language-switch.js';

/** @extends {Part<null>} */
export class CodeEntry extends Part {
  #title = h('h1');
  #label = h('label', { for: 'code' });
  #input = h('input', {
    id: 'code',
    class: 'code-input',
    type: 'text',
    maxlength: 20,
    autocomplete: 'off',
    autocapitalize: 'characters',
    spellcheck: 'false',
    'aria-describedby': 'code-wrong',
  });
  #wrong = h('p', { id: 'code-wrong', class: 'form-error', role: 'alert' });
  #enter = h('button', { class: 'button primary' });
  #form = h('form', { class: 'code-entry', novalidate: true });

  connectedCallback() {
    const field = h('div', { class: 'field' }, this.#label, this.#input);
    this.#form.replaceChildren(this.#title, field, this.#wrong, this.#enter);
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#redeem();
    };
    const bar = h('header', { class: 'code-bar' }, document.createElement('language-switch'));
    this.replaceChildren(bar, h('main', {}, this.#form));
    super.connectedCallback();
  }

  build() {
    setText(this.#title, t('code.title'));
    setText(this.#label, t('code.label'));
    setText(this.#enter, t('code.enter'));
  }

  async #redeem() {
    setText(this.#wrong, '');
    if (!this.#input.value.trim()) return setText(this.#wrong, t('app.required'));
    this.#enter.disabled = true;
    try {
      const { refereeToken, matchID, courtID } = await api.redeemCode(this.#input.value);
      location.assign(placePath(matchID ? 'match' : 'court', matchID ?? courtID, refereeToken));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(this.#wrong, error.words);
    } finally {
      this.#enter.disabled = false;
    }
  }
}

customElements.define('code-entry', CodeEntry);
