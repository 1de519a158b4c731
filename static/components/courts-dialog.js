/** The organiser's courts: make them, delete them, hand out their referees' codes, print a sheet of all. */
import { api, ApiError } from '../core/api.js';
import { h, secretQrCode, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { placePath } from '../core/match.js';
import { ask, openDialog, openForm } from './dialog.js';

const NAME_MAX_CHARS = 200;

/** @typedef {import('../core/types.js').Court} Court */

/** @param {() => Promise<unknown>} changed called after something was changed */
export async function openCourts(changed) {
  const list = h('ul', { class: 'courts' });
  const failed = h('p', { class: 'form-error', role: 'alert' });
  const name = h('input', { id: 'court-name', type: 'text', maxlength: NAME_MAX_CHARS, autocomplete: 'off' });
  const add = h('button', { class: 'button primary' }, t('courts.add'));
  const sheet = h('button', { type: 'button', class: 'button' }, t('courts.sheet'));
  const field = h('div', { class: 'field' }, h('label', { for: 'court-name' }, t('courts.name')), name);
  const form = h('form', { class: 'courts-add' }, field, add);

  /** @param {() => Promise<unknown>} action */
  const attempt = async (action) => {
    setText(failed, '');
    try {
      await action();
      await show();
      await changed();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(failed, error.words);
    }
  };
  /** @param {Court} court */
  const remove = async (court) => {
    const n = court.nextMatchIDs.length + (court.currentMatchID ? 1 : 0);
    const text = t('courts.deleteText', { name: court.name, n });
    const yes = await ask({ title: t('courts.deleteTitle'), text, yes: t('courts.delete'), no: t('app.close') });
    if (yes) await attempt(() => api.deleteCourt(court));
  };
  /** @param {Court} court */
  const row = (court) => {
    const code = h('button', { type: 'button', class: 'button small' }, t('courts.code'));
    const away = h('button', { type: 'button', class: 'button small quiet' }, t('courts.delete'));
    code.onclick = () => attempt(() => handOut([court]));
    const change = h('button', { type: 'button', class: 'button small quiet' }, t('app.rename'));
    change.onclick = async () => (await openRename(court)) && attempt(async () => {});
    away.onclick = () => remove(court);
    return h('li', {}, h('span', { class: 'court-name' }, court.name), code, change, away);
  };
  const show = async () => {
    const courts = await api.courts();
    list.replaceChildren(...courts.map(row));
    sheet.hidden = courts.length === 0;
    sheet.onclick = () => attempt(() => handOut(courts));
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    if (!name.value.trim()) return setText(failed, t('app.required'));
    attempt(async () => {
      await api.createCourt(name.value);
      name.value = '';
    });
  };
  await show();
  openDialog(t('courts.title'), list, form, failed, h('div', { class: 'dialog-actions' }, sheet));
}

/** @param {Court} court */
function openRename(court) {
  const input = h('input', { type: 'text', maxlength: NAME_MAX_CHARS, autocomplete: 'off', required: true });
  input.value = court.name;
  return openForm({
    title: t('courts.rename'),
    fields: [{ name: 'name', label: t('tournament.name'), input }],
    submit: t('app.rename'),
    send: ({ name = '' }) => api.renameCourt(court, name),
  });
}

/**
 * New codes for these courts, on a sheet to show or to print. Only their hashes are kept, so they cannot be shown again.
 * @param {Court[]} courts
 */
async function handOut(courts) {
  const text = t('courts.handOutText');
  if (!(await ask({ title: t('courts.handOutTitle'), text, yes: t('courts.handOut'), no: t('app.close') }))) return;
  const slips = [];
  for (const { id, name } of courts) {
    const { refereeToken, refereeCode } = await api.newCourtToken(id);
    slips.push(
      h(
        'li',
        { class: 'slip' },
        h('h3', {}, name),
        secretQrCode(placePath('court', id, refereeToken), t('courts.qr', { name })),
        h('p', {}, t('referee.type', { address: `${location.host}/score` })),
        h('p', { class: 'code-typed' }, refereeCode),
      ),
    );
  }
  const print = h('button', { type: 'button', class: 'button primary', onclick: () => window.print() });
  print.append(t('courts.print'));
  const dialog = openDialog(
    t('courts.sheetTitle'),
    h('p', { class: 'dialog-text' }, t('courts.sheetText')),
    h('ul', { class: 'slips' }, ...slips),
    h('div', { class: 'dialog-actions' }, print),
  );
  dialog.classList.add('sheet');
}
