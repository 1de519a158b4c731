/**
 * The next Swiss round: proposed, put right by swapping two sides, and made so.
 *
 * @typedef {import('./requests.js').RoundProposal} RoundProposal
 * @typedef {import('../core/types.js').MatchSide} MatchSide
 */
import './ready.js';
import { h, setText } from '../core/dom.js';
import { ordinal, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { sideName } from '../core/sides.js';
import { showViolations } from './draw.js';
import { Panel } from './panel.js';
import { acceptRound, proposeRound } from './requests.js';
import { SwapList } from './swap-list.js';

/** @typedef {RoundProposal['pairs'][number]} Pair */

/** Says if a pair is one team alone. The bye is always the second. @param {Pair} pair */
const isBye = ({ b }) => b.source === 'bye';

/** Lists the places of all pairs: a bye is none, since nothing can be swapped with it alone. @param {Pair[]} pairs @returns {{at: number, side: 'a'|'b'}[]} */
const placesOf = (pairs) =>
  pairs.flatMap((pair, at) => (isBye(pair) ? [{ at, side: 'a' }] : [{ at, side: 'a' }, { at, side: 'b' }]));

export class RoundsPanel extends Panel {
  #lead = h('p', { class: 'panel-lead' });
  #ask = this.button(t('rounds.propose'), () => this.#propose());
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
      this.#lead,
      h('div', { class: 'panel-actions' }, this.#ask),
      this.notes,
      this.#proposed,
    );
  }

  update() {
    const why = this.#whyNot();
    setText(this.#lead, why ?? t('rounds.lead'));
    this.#ask.disabled = why !== null;
    if (why !== null) this.#proposal = null;
    this.#proposed.hidden = this.#proposal === null;
  }

  /** Says why no round can be paired now; null where one can. */
  #whyNot() {
    const { standings, format, fixtures } = this.desk.known();
    const waits = (/** @type {import('../core/types.js').Todo['what']} */ what) =>
      standings.todo.some((todo) => todo.what === what);
    if (waits('pair_round')) return null;
    if (waits('stuck')) return t('refusal.stuck');
    if (!format.drawn) return t('rounds.notDrawn');
    const swiss = new Set(format.stages.filter(({ kind }) => kind === 'swiss').map(({ key }) => key));
    const isOpen = (/** @type {import('../core/types.js').Fixture} */ { stage, stand }) =>
      swiss.has(stage) && (stand === 'ready' || stand === 'awaited');
    const open = fixtures.filter(isOpen).length;
    return open > 0 ? t('rounds.playing', { n: open }) : t('refusal.all_rounds_paired');
  }

  /** What a team has reached in the stage so far: "3rd, 4 points". @param {string} stage @param {MatchSide} side */
  #soFar(stage, { teamID }) {
    const rows = this.desk.known().standings.tables.flatMap((table) => (table.stage === stage ? table.rows : []));
    const row = rows.find((row) => row.teamID === teamID);
    return row ? t('rounds.soFar', { rank: ordinal(row.rank), n: row.points }) : '';
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
        proposal.pairs.map((pair) => ({
          title: isBye(pair) ? t('rounds.bye') : pair.key,
          places: (isBye(pair) ? [pair.a] : [pair.a, pair.b]).map((side) => ({
            words: sideName(side),
            note: this.#soFar(proposal.stage, side),
          })),
        })),
      );
      return null;
    });
  }

  /** @param {number} first @param {number} second */
  #swap(first, second) {
    if (!this.#proposal) return;
    const { pairs } = this.#proposal;
    const places = placesOf(pairs);
    const [one, other] = [places[first], places[second]];
    if (!one || !other) return;
    const sides = pairs.map(({ a, b }) => ({ a: a.teamID ?? '', b: b.teamID ?? null }));
    const teamAt = (/** @type {typeof one} */ { at, side }) => sides[at]?.[side] ?? '';
    const put = (/** @type {typeof one} */ { at, side }, /** @type {string} */ team) =>
      Object.assign(sides[at] ?? {}, { [side]: team });
    const [moved, back] = [teamAt(one), teamAt(other)];
    put(one, back);
    put(other, moved);
    this.#propose(sides.map(({ a, b }) => [a, b]));
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
