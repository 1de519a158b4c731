/** Settings that are kept one by one, and the inputs that their forms share. */
import { h } from '../../core/dom.js';
import { t } from '../../core/i18n.js';

const MINUTES_MAX = 600;

/** @param {number|string} value */
export const minutesInput = (value) =>
  h('input', { type: 'number', min: 0, max: MINUTES_MAX, step: 1, inputmode: 'numeric', value: String(value) });

/**
 * A list of what is kept one by one: added by a form, taken out by a button.
 *
 * @template T
 * @param {object} part
 * @param {string} part.title
 * @param {string} part.text
 * @param {string} part.add
 * @param {T[]} part.kept
 * @param {(one: T) => string} part.words
 * @param {(save: (one: T) => Promise<unknown>) => unknown} part.ask
 * @param {(all: T[]) => Promise<unknown>} part.keep
 */
export function keptList({ title, text, add, kept, words, ask, keep }) {
  const list = h('ul', { class: 'settings-list' });
  const said = h('p', { class: 'form-error', role: 'alert' });
  let all = kept;
  /** @param {T[]} wanted */
  const save = async (wanted) => {
    await keep(wanted);
    all = wanted;
    show();
  };
  /** @param {T} one */
  const remove = (one) => save(all.filter((other) => other !== one)).catch((error) => (said.textContent = error.words ?? ''));
  const show = () =>
    list.replaceChildren(
      ...all.map((one) => {
        const label = t('settings.removeOf', { what: words(one) });
        const button = h('button', { type: 'button', class: 'button small quiet', 'aria-label': label, onclick: () => remove(one) }, t('settings.remove'));
        return h('li', {}, h('span', {}, words(one)), button);
      }),
    );
  show();
  const button = h('button', { type: 'button', class: 'button small', onclick: () => ask((one) => save([...all, one])) }, add);
  return h('section', { class: 'settings-part' }, h('h3', {}, title), h('p', { class: 'field-hint' }, text), list, said, button);
}
