/** The deeds of organisers in this tournament, the newest first, and the way to take the last of them back. */
import './ready.js';
import { localTime } from '../core/api.js';
import { h } from '../core/dom.js';
import { ago, t, timeOfDay } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { ask } from '../components/dialog.js';
import { withEffects } from './effects.js';
import { Panel } from './panel.js';
import { readHistory, undoLast } from './requests.js';
import { deedWords } from './words.js';

/** @typedef {import('./requests.js').Deed} Deed */

export class HistoryPanel extends Panel {
  #undo = this.button(t('deeds.undo'), () => this.#takeBack(), 'small');
  #list = h('ol', { class: 'deeds' });
  /** The deed that an undo takes back, in words. */
  #last = '';

  /** @param {import('./panel.js').DeskPart} desk */
  constructor(desk) {
    super(desk);
    this.element.append(this.notes, this.#list);
  }

  update() {
    this.#look().catch(() => {});
  }

  async #look() {
    const { deeds } = await readHistory(this.desk.known().id);
    const focused = document.activeElement === this.#undo;
    const rows = deeds.map((deed) => this.#row(deed, deeds));
    this.#list.replaceChildren(...(rows.length > 0 ? rows : [h('li', {}, t('deeds.none'))]));
    if (focused) this.#undo.focus();
  }

  /** @param {Deed} deed @param {Deed[]} deeds */
  #row(deed, deeds) {
    const at = localTime(deed.at);
    const about = [`${timeOfDay(at)} (${ago(at)})`, isolated(deed.by ?? ''), deed.undone && t('deeds.undone')]
      .filter(Boolean)
      .join(' · ');
    const words = deedWords(deed, deeds);
    if (deed.undoable) this.#last = words;
    const text = h('div', {}, h(deed.undone ? 's' : 'span', {}, words), h('small', {}, about));
    return h('li', {}, text, deed.undoable && this.#undo);
  }

  #takeBack() {
    const text = this.#last;
    this.change(async () => {
      const sure = await ask({ title: t('deeds.undoTitle'), text, yes: t('deeds.undoYes'), no: t('app.keep') });
      return sure ? withEffects((accept) => undoLast(this.desk.known().id, accept)) : null;
    }, t('deeds.wasUndone'));
  }
}
