/** Says if the venue still takes secrets that others on the Wi-Fi can read: a switch, and in plain words what it does. */
import { api, ApiError } from '../core/api.js';
import { elementId, h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';

/** @param {import('../core/types.js').Venue} venue @returns {HTMLElement|null} null in an open venue, which has no secrets */
export function signedOnlySwitch({ open, box }) {
  if (open || !box) return null;
  const [id, hintId] = [elementId(), elementId()];
  const input = h('input', { id, type: 'checkbox', 'aria-describedby': hintId });
  input.checked = box.signedOnly;
  const said = h('p', { class: 'dialog-note', role: 'status' });
  const failed = h('p', { class: 'form-error', role: 'alert' });
  input.onchange = async () => {
    const on = input.checked;
    setText(said, '');
    setText(failed, '');
    input.disabled = true;
    try {
      await api.setSignedOnly(on);
      setText(said, t(on ? 'signed.on' : 'signed.off'));
    } catch (error) {
      input.checked = !on;
      if (!(error instanceof ApiError)) throw error;
      setText(failed, error.words);
    } finally {
      input.disabled = false;
    }
  };
  return h(
    'section',
    { class: 'signed-only' },
    h('h3', {}, t('signed.title')),
    h('p', { class: 'field-hint', id: hintId }, t('signed.hint')),
    h('label', { for: id, class: 'switch' }, input, h('span', {}, t('signed.only'))),
    said,
    failed,
  );
}
