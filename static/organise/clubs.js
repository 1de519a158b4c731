/** The points of the places for their clubs, and how much each tournament counts. */
import './ready.js';
import { api, ApiError } from '../core/api.js';
import { elementId, h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { readClubs } from '../core/tournament.js';
import { refusalWords } from './panel.js';
import { keepClubPoints } from './requests.js';

/** The points of the places, from the first. @param {string} text @returns {number[]|null} null where that is no such list */
function pointsIn(text) {
  const parts = text.split(/[,;\s]+/).filter(Boolean);
  const points = parts.map((part) => (/^\d{1,6}$/.test(part) ? Number(part) : -1));
  const falls = points.every((own, at) => own >= 0 && own <= (points[at - 1] ?? own));
  return points.length > 0 && falls ? points : null;
}

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
      const points = pointsIn(this.#points.value);
      if (points) this.#attempt(() => keepClubPoints(points));
      else setText(this.#failed, t('clubs.pointsWrong'));
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
          step: 1,
          inputmode: 'numeric',
          'aria-label': label,
          class: 'factor',
        });
        input.value = String(tournament.factor ?? 1);
        input.onchange = () => {
          if (/^\d{1,3}$/.test(input.value)) {
            this.#attempt(() => api.amendTournament(tournament, { factor: Number(input.value) }));
          } else {
            setText(this.#failed, t('clubs.factorWrong'));
            input.value = String(tournament.factor ?? 1);
          }
        };
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
