/** Modal dialogs, built on the browser's own: it keeps the focus inside and gives it back. */
import { elementId, h, isChild } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { ApiError } from '../core/api.js';

/**
 * @param {string} title
 * @param {...import('../core/dom.js').Child} content
 */
export function openDialog(title, ...content) {
  const id = elementId();
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': id });
  const close = h('button', { type: 'button', class: 'icon-button', 'aria-label': t('app.close') }, icon('close'));
  close.onclick = () => dialog.close();
  dialog.append(h('header', { class: 'dialog-head' }, h('h2', { id }, title), close), ...content.filter(isChild));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * A yes or no question. Leaving it is a no.
 *
 * @param {{title: string, text: string, yes: string, no: string}} words
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, yes, no }) {
  return new Promise((resolve) => {
    const yesButton = h('button', { type: 'button', class: 'button primary' }, yes);
    const noButton = h('button', { type: 'button', class: 'button quiet', autofocus: true }, no);
    const actions = h('div', { class: 'dialog-actions' }, noButton, yesButton);
    const dialog = openDialog(title, h('p', { class: 'dialog-text' }, text), actions);
    yesButton.onclick = () => dialog.close('yes');
    noButton.onclick = () => dialog.close();
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'));
  });
}

/**
 * @typedef {object} Field
 * @property {string} name as the server names it in its errors
 * @property {string} label
 * @property {HTMLInputElement|HTMLSelectElement|HTMLTextAreaElement} input
 * @property {string} [hint]
 * @property {HTMLElement} [after] something that the input refers to
 * @property {boolean} [optional] may be left empty, and is then sent as an empty text
 * @property {() => boolean} [shown] asked again whenever something was chosen; a field that is not shown is sent empty
 */

/** @param {Field} field */
function fieldRow({ name, label, input, hint, after, optional = false, shown = () => true }) {
  const [inputId, hintId, errorId] = [elementId(), elementId(), elementId()];
  const error = h('p', { class: 'field-error', id: errorId });
  input.id = inputId;
  input.name = name;
  input.setAttribute('aria-describedby', hint ? `${hintId} ${errorId}` : errorId);
  const row = h(
    'div',
    { class: 'field' },
    h('label', { for: inputId }, label),
    hint && h('p', { class: 'field-hint', id: hintId }, hint),
    input,
    after,
    error,
  );
  /** @param {string} message */
  const complain = (message) => {
    error.replaceChildren(...(message ? [icon('broken'), message] : []));
    input.setAttribute('aria-invalid', String(message !== ''));
  };
  return { name, input, row, complain, optional, shown };
}

/**
 * A form in a dialog. It stays open with the error at its field until the server has agreed.
 *
 * @template R
 * @param {object} form
 * @param {string} form.title
 * @param {string} [form.text]
 * @param {Field[]} form.fields
 * @param {HTMLElement} [form.after] what the fields make together
 * @param {string} form.submit the button's words
 * @param {(values: Record<string, string>) => Promise<R>} form.send
 * @returns {Promise<R|null>} null when it was left
 */
export function openForm({ title, text, fields, after, submit, send }) {
  return new Promise((resolve) => {
    const rows = fields.map(fieldRow);
    // Who opens a form wants to type, not to close it.
    rows.find(({ shown }) => shown())?.input.setAttribute('autofocus', '');
    const button = h('button', { class: 'button primary' }, submit);
    const failure = h('p', { class: 'form-error', role: 'alert' });
    const form = h(
      'form',
      { novalidate: true },
      ...rows.map(({ row }) => row),
      ...(after ? [after] : []),
      failure,
      h('div', { class: 'dialog-actions' }, button),
    );
    const dialog = openDialog(title, text && h('p', { class: 'dialog-text' }, text), form);
    /** @type {R|null} */
    let result = null;
    dialog.addEventListener('close', () => resolve(result));

    /** @param {typeof rows[number]} row @param {string} message */
    const complainAt = (row, message) => {
      row.complain(message);
      row.input.focus();
    };
    /** @param {unknown} error */
    const explain = (error) => {
      if (!(error instanceof ApiError)) throw error;
      const row = rows.find(({ name }) => name === error.field);
      if (row) complainAt(row, error.words);
      else failure.textContent = error.words;
    };
    const showRows = () => rows.forEach(({ row, shown }) => (row.hidden = !shown()));
    form.addEventListener('change', showRows);
    showRows();
    form.onsubmit = async (event) => {
      event.preventDefault();
      failure.textContent = '';
      for (const row of rows) row.complain('');
      const missing = rows.find(({ input, optional, row }) => !optional && !row.hidden && !input.value.trim());
      if (missing) return complainAt(missing, t('app.required'));
      button.disabled = true;
      try {
        const valueOf = (/** @type {typeof rows[number]} */ { input, row }) => (row.hidden ? '' : input.value.trim());
        result = await send(Object.fromEntries(rows.map((row) => [row.name, valueOf(row)])));
        dialog.close();
      } catch (error) {
        explain(error);
      } finally {
        button.disabled = false;
      }
    };
  });
}
