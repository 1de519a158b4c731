/** The courts of the hall: made, renamed, deleted; their scorers' codes, and a sheet of all of them to print. */
import './ready.js';
import { api } from '../core/api.js';
import { elementId, h, secretQrCode } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { placePath } from '../core/match.js';
import { ask, openDialog, openForm } from '../components/dialog.js';
import { Panel } from './panel.js';

const NAME_MAX_CHARS = 200;

/** @typedef {import('../core/types.js').Court} Court */

/** @extends {Panel<import('./panel.js').Changed>} */
class CourtsPanel extends Panel {
  #list = h('ul', { class: 'courts' });
  #sheet = this.button(t('courts.sheet'), () => this.attempt(() => handOut(this.#courts)));
  /** @type {Court[]} */
  #courts = [];

  constructor() {
    super({ changed: () => this.show() });
    this.element.append(this.#list, this.notes, this.#form(), h('div', { class: 'panel-actions' }, this.#sheet));
  }

  async show() {
    this.#courts = await api.courts();
    this.#list.replaceChildren(...this.#courts.map((court) => this.#row(court)));
    this.#sheet.hidden = this.#courts.length === 0;
  }

  /** @param {Court} court */
  #row(court) {
    const button = (/** @type {string} */ words, /** @type {() => unknown} */ action, look = 'small quiet') =>
      this.button(words, action, look, `${words}: ${court.name}`);
    return h(
      'li',
      {},
      h('span', { class: 'court-name' }, isolated(court.name)),
      button(t('courts.code'), () => this.attempt(() => handOut([court])), 'small'),
      button(t('app.rename'), () => this.change(() => openRename(court))),
      button(t('app.delete'), () => this.change(() => takeAway(court))),
    );
  }

  #form() {
    const name = h('input', { id: elementId(), type: 'text', maxlength: NAME_MAX_CHARS, autocomplete: 'off' });
    const form = h(
      'form',
      { class: 'courts-add', novalidate: true },
      h('div', { class: 'field' }, h('label', { for: name.id }, t('courts.name')), name),
      h('button', { class: 'button primary' }, t('courts.add')),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      if (!name.value.trim()) return this.complain(t('app.required'));
      return this.change(async () => {
        await api.createCourt(name.value);
        name.value = '';
      });
    };
    return form;
  }
}

/** Makes what the page shows. */
export function courtsPanel() {
  const panel = new CourtsPanel();
  panel.attempt(() => panel.show());
  return h('div', { class: 'panel page-panel' }, panel.element);
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

/** @param {Court} court @returns {Promise<boolean|null>} null where it stays */
async function takeAway(court) {
  const n = court.nextMatchIDs.length + (court.currentMatchID ? 1 : 0);
  const text = t('courts.deleteText', { name: court.name, n });
  if (!(await ask({ title: t('courts.deleteTitle'), text, yes: t('app.delete'), no: t('app.keep') }))) return null;
  await api.deleteCourt(court);
  return true;
}

/**
 * Makes new codes for these courts, on a sheet to show or to print. Only their hashes are kept, so they cannot be shown again.
 *
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
        h('h3', {}, isolated(name)),
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
