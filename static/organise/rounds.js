/**
 * The next Swiss round: proposed, put right by swapping two sides, and made so.
 *
 * @typedef {import('./requests.js').RoundProposal} RoundProposal
 * @typedef {import('../core/types.js').MatchSide} MatchSide
 */
import './ready.js';
import { h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { sideName } from '../core/sides.js';
import { showViolations } from './draw.js';
import { Panel } from './panel.js';
import { acceptRound, proposeRound } from './requests.js';
import { SwapList } from './swap-list.js';

export class RoundsPanel extends Panel {
  #title = h('h3');
  #stuck = h('p', { class: 'worry' });
  #violations = h('ul', { class: 'violations', hidden: true, 'aria-label': t('draw.violations') });
  #swaps = new SwapList((first, second) => this.#swap(first, second));
  #proposed = h(
    'div',
    { hidden: true, class: 'proposed' },
    this.#title,
    this.#stuck,
    h('div', { role: 'status' }, this.#violations),
    this.#swaps.element,
    h(
      'div',
      { class: 'dialog-actions' },
      this.button(t('rounds.accept'), () => this.#makeSo(), 'primary'),
    ),
  );
  /** @type {RoundProposal|null} */
  #proposal = null;

  /** @param {import('./panel.js').DeskPart} desk */
  constructor(desk) {
    super(desk);
    this.element.append(
      h('p', { class: 'panel-lead' }, t('rounds.lead')),
      h(
        'div',
        { class: 'panel-actions' },
        this.button(t('rounds.propose'), () => this.#propose()),
      ),
      this.notes,
      this.#proposed,
    );
  }

  /** @param {[string, string|null][]} [pairs] */
  #propose(pairs) {
    return this.attempt(async () => {
      const proposal = await proposeRound(this.desk.known().id, pairs);
      this.#proposal = proposal;
      this.#proposed.hidden = false;
      setText(this.#title, t('rounds.title', { n: proposal.round }));
      this.#stuck.hidden = !proposal.stuckNext;
      this.#stuck.replaceChildren(icon('broken'), t('rounds.stuckNext'));
      showViolations(this.#violations, proposal.violations);
      this.#swaps.show(
        proposal.pairs.map(({ key, a, b }) => ({
          title: key,
          places: [a, b].map((side) => ({ words: sideName(side) })),
        })),
      );
      return null;
    });
  }

  /** @param {number} first @param {number} second */
  #swap(first, second) {
    if (!this.#proposal) return;
    const ids = this.#proposal.pairs.flatMap(({ a, b }) => [a.teamID ?? null, b.teamID ?? null]);
    [ids[first], ids[second]] = [ids[second] ?? null, ids[first] ?? null];
    /** @type {[string, string|null][]} */
    const pairs = [];
    for (let at = 0; at < ids.length; at += 2) {
      const [a = null, b = null] = ids.slice(at, at + 2);
      // The bye is always the second.
      const [one, other] = a === null ? [b, a] : [a, b];
      if (one !== null) pairs.push([one, other]);
    }
    this.#propose(pairs);
  }

  #makeSo() {
    const proposal = this.#proposal;
    if (!proposal) return;
    this.change(
      async () => {
        await acceptRound(this.desk.known().id, proposal.token);
        this.#proposal = null;
        this.#proposed.hidden = true;
      },
      t('rounds.made', { n: proposal.round }),
    );
  }
}
