/** The points of the places for their clubs, and how much each tournament counts. */
import './ready.js';
import { api, ApiError } from '../core/api.js';
import { elementId, h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { readClubs } from '../core/tournament.js';
import { refusalWords } from './panel.js';
import { keepClubPoints } from './requests.js';

export class ClubsDesk {
  #points = h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', id: elementId() });
  #failed = h('p', { class: 'form-error', role: 'alert' });
  #said = h('p', { class: 'dialog-note', role: 'status' });
  #factors = h('ul', { class: 'rows' });
  #changed;
  element;

  /** @param {() => Promise<void>} changed */
  constructor(changed) {
    this.#changed = changed;
    const form = h(
      'form',
      { novalidate: true },
      h(
        'div',
        { class: 'field narrow' },
        h('label', { for: this.#points.id }, t('clubs.points')),
        h('p', { class: 'field-hint' }, t('clubs.pointsHint')),
        this.#points,
      ),
      h('button', { class: 'button' }, t('manage.save')),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      const points = (this.#points.value.match(/\d+/g) ?? []).map(Number);
      this.#attempt(() => keepClubPoints(points));
    };
    this.element = h(
      'section',
      { class: 'organise', 'aria-label': t('organise.title') },
      h(
        'div',
        { class: 'panel' },
        form,
        h('h3', {}, t('clubs.factors')),
        h('p', { class: 'field-hint' }, t('clubs.factorHint')),
        this.#factors,
        this.#failed,
        this.#said,
      ),
    );
  }

  async show() {
    const [clubs, tournaments] = await Promise.all([readClubs(), api.tournaments()]);
    this.#points.value = clubs.points.join(', ');
    this.#factors.replaceChildren(
      ...tournaments.map((tournament) => {
        const label = `${t('clubs.factor')}: ${tournament.name}`;
        const input = h('input', {
          type: 'number',
          min: 0,
          max: 100,
          step: 'any',
          inputmode: 'decimal',
          'aria-label': label,
          class: 'factor',
        });
        input.value = String(tournament.factor ?? 1);
        input.onchange = () => this.#attempt(() => api.amendTournament(tournament, { factor: Number(input.value) }));
        return h('li', {}, h('span', { class: 'row-name' }, isolated(tournament.name)), input);
      }),
    );
  }

  /** @param {() => Promise<unknown>} action */
  async #attempt(action) {
    setText(this.#failed, '');
    setText(this.#said, '');
    try {
      await action();
      await this.show();
      await this.#changed();
      setText(this.#said, t('organise.done'));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(this.#failed, refusalWords(error));
    }
  }
}
