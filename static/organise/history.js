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

/** @typedef {import('./requests.js').Deed} Deed */

export class HistoryPanel extends Panel {
  #undo = this.button(t('deeds.undo'), () => this.#takeBack(), 'primary');
  #list = h('ol', { class: 'deeds' });
  /** @type {Deed|undefined} what an undo takes back */
  #last;

  /** @param {import('./panel.js').DeskPart} desk */
  constructor(desk) {
    super(desk);
    this.element.append(h('div', { class: 'panel-actions' }, this.#undo), this.notes, this.#list);
  }

  update() {
    this.#look().catch(() => {});
  }

  async #look() {
    const { deeds } = await readHistory(this.desk.known().id);
    // That a match no longer follows from the results is nobody's deed.
    this.#last = deeds.find(({ kind, undone, undoes }) => !undone && undoes === undefined && kind !== 'contested');
    this.#undo.disabled = !this.#last;
    const rows = deeds.map((deed) => {
      const at = localTime(deed.at);
      const about = [`${timeOfDay(at)} (${ago(at)})`, isolated(deed.by ?? ''), deed.undone && t('deeds.undone')]
        .filter(Boolean)
        .join(' · ');
      const does = deed.undone ? h('s', {}, isolated(deed.does)) : h('span', {}, isolated(deed.does));
      return h('li', {}, does, h('small', {}, about));
    });
    this.#list.replaceChildren(...(rows.length > 0 ? rows : [h('li', {}, t('deeds.none'))]));
  }

  #takeBack() {
    this.change(async () => {
      const what = this.#last?.does ?? '';
      const sure = await ask({ title: t('deeds.undoTitle'), text: what, yes: t('deeds.undo'), no: t('app.keep') });
      return sure ? withEffects((accept) => undoLast(this.desk.known().id, accept)) : null;
    }, t('deeds.wasUndone'));
  }
}
