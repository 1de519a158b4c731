/** The matches that the server left aside, because it had ended while it read them: the organiser opens or deletes them. */
import { ApiError, api } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { versus } from '../core/match.js';
import { askToDelete } from './match-dialog.js';

/** @typedef {import('../core/types.js').Match} Match */

/** A section that is there while there is such a match. */
export class LeftAside {
  #list = h('ul', { class: 'left-aside-list' });
  #failed = h('p', { class: 'form-error', role: 'alert' });
  #said = h('p', { class: 'dialog-note', role: 'status' });
  #shown = '';
  #onDecided;

  element = h(
    'section',
    { class: 'left-aside' },
    h('h3', {}, t('venue.leftAside')),
    h('p', { class: 'field-hint' }, t('venue.leftAsideText')),
    this.#list,
    this.#failed,
  );
  /** Says what was done, also when no match is left. */
  said = this.#said;

  /** @param {() => Promise<void>} onDecided shows how the box is then */
  constructor(onDecided) {
    this.#onDecided = onDecided;
    this.show([]);
  }

  /** @param {Match[]} matches */
  show(matches) {
    this.element.hidden = matches.length === 0;
    const shown = matches.map(({ id, revision }) => `${id} ${revision}`).join();
    // What somebody is about to press stays where it is.
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#list.replaceChildren(...matches.map((match) => this.#line(match)));
  }

  /** @param {Match} match */
  #line(match) {
    const where = [match.tournamentName, match.courtName].filter(Boolean).join(' · ');
    const open = h('button', { type: 'button', class: 'button' }, t('venue.open'));
    const remove = h('button', { type: 'button', class: 'button quiet' }, t('manage.delete'));
    open.onclick = () =>
      this.#decide(async () => {
        await api.openMatch(match.id);
        setText(this.#said, t('venue.opened'));
      });
    remove.onclick = () =>
      this.#decide(async () => {
        if (await askToDelete(match)) await api.deleteMatch(match);
      });
    return h('li', {}, h('p', {}, h('strong', {}, versus(match)), where ? h('small', {}, where) : ''), open, remove);
  }

  /** @param {() => Promise<void>} deed */
  async #decide(deed) {
    setText(this.#failed, '');
    setText(this.#said, '');
    try {
      await deed();
      await this.#onDecided();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(this.#failed, error.words);
    }
  }
}
